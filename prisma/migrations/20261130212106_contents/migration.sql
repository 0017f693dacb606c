-- CreateTable
CREATE TABLE "Contents" (
    "releaseId" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "shasum" TEXT NOT NULL,
    "toldAt" TIMESTAMPTZ(3) NOT NULL,
    "document" JSONB NOT NULL,

    CONSTRAINT "Contents_pkey" PRIMARY KEY ("releaseId")
);
