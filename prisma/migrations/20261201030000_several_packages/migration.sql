-- AlterTable
ALTER TABLE "Release" ADD COLUMN     "packages" JSONB;

-- CreateTable
CREATE TABLE "PackageContents" (
    "id" TEXT NOT NULL,
    "releaseId" TEXT NOT NULL,
    "package" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "shasum" TEXT NOT NULL,
    "toldAt" TIMESTAMPTZ(3) NOT NULL,
    "document" JSONB NOT NULL,

    CONSTRAINT "PackageContents_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "PackageContents_releaseId_package_key" ON "PackageContents"("releaseId", "package");
