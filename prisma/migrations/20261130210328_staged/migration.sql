-- AlterTable
ALTER TABLE "Release" ADD COLUMN     "stagedAt" TIMESTAMPTZ(3);
