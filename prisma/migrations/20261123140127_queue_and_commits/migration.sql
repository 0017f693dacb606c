-- DropIndex
DROP INDEX "Release_repositoryId_requestedAt_idx";

-- AlterTable
ALTER TABLE "Release" ADD COLUMN     "awaits" TEXT[],
ADD COLUMN     "commitAuthor" TEXT,
ADD COLUMN     "commitTitle" TEXT;

-- CreateIndex
CREATE INDEX "Lease_releaseId_idx" ON "Lease"("releaseId");

-- CreateIndex
CREATE INDEX "Release_repositoryId_number_idx" ON "Release"("repositoryId", "number");

-- CreateIndex
CREATE INDEX "Release_repositoryId_state_number_idx" ON "Release"("repositoryId", "state", "number");

-- CreateIndex
CREATE INDEX "Release_repositoryId_package_number_idx" ON "Release"("repositoryId", "package", "number");

-- CreateIndex
CREATE INDEX "Release_releaserId_number_idx" ON "Release"("releaserId", "number");

-- Releases of before: whom the decision that is kept waits for.
UPDATE "Release" SET "awaits" = ARRAY(
  SELECT DISTINCT lower(name #>> '{}')
  FROM jsonb_path_query("decision", '$.** ? (@.verdict == "waiting").waitsFor[*]') AS name
);
