-- CreateTable
CREATE TABLE "Stop" (
    "id" TEXT NOT NULL,
    "accountId" BIGINT NOT NULL,
    "accountLogin" TEXT NOT NULL,
    "repositoryId" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "beganAt" TIMESTAMPTZ(3) NOT NULL,
    "beganById" BIGINT NOT NULL,
    "beganByLogin" TEXT NOT NULL,
    "liftedAt" TIMESTAMPTZ(3),
    "liftedById" BIGINT,
    "liftedByLogin" TEXT,
    "liftReason" TEXT,
    "openFor" BIGINT,

    CONSTRAINT "Stop_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Stop_openFor_key" ON "Stop"("openFor");

-- CreateIndex
CREATE INDEX "Stop_accountId_beganAt_idx" ON "Stop"("accountId", "beganAt");
