-- CreateTable
CREATE TABLE "SecondBuild" (
    "releaseId" TEXT NOT NULL,
    "shasum" TEXT NOT NULL,
    "checkRunId" TEXT,
    "toldAt" TIMESTAMPTZ(3) NOT NULL,
    "document" JSONB NOT NULL,

    CONSTRAINT "SecondBuild_pkey" PRIMARY KEY ("releaseId")
);
