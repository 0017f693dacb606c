-- AlterTable
ALTER TABLE "Release" ADD COLUMN     "purpose" TEXT NOT NULL DEFAULT 'publish',
ADD COLUMN     "stageId" TEXT,
ADD COLUMN     "stageOf" TEXT;

-- CreateIndex
CREATE INDEX "Release_stageOf_idx" ON "Release"("stageOf");

-- AlterTable
ALTER TABLE "SealedToken" ADD COLUMN     "approvesStages" BOOLEAN NOT NULL DEFAULT false;
