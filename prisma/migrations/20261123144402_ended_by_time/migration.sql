-- DropIndex
DROP INDEX "Release_releaserId_number_idx";

-- DropIndex
DROP INDEX "Release_repositoryId_state_number_idx";

-- CreateIndex
CREATE INDEX "Release_repositoryId_endedAt_idx" ON "Release"("repositoryId", "endedAt");

-- CreateIndex
CREATE INDEX "Release_repositoryId_state_endedAt_idx" ON "Release"("repositoryId", "state", "endedAt");

-- CreateIndex
CREATE INDEX "Release_releaserId_endedAt_idx" ON "Release"("releaserId", "endedAt");
