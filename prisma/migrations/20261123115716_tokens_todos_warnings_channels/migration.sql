-- AlterTable
ALTER TABLE "SealedToken" ADD COLUMN     "bypass2fa" BOOLEAN,
ADD COLUMN     "forReleaseId" TEXT,
ADD COLUMN     "groupId" TEXT,
ADD COLUMN     "npmKey" TEXT,
ADD COLUMN     "packages" TEXT[],
ADD COLUMN     "refusedAt" TIMESTAMPTZ(3),
ADD COLUMN     "refusedWhy" TEXT,
ADD COLUMN     "seen" JSONB,
ADD COLUMN     "warnAt" TIMESTAMPTZ(3);

-- Tokens of before: each a group of its own, said to ask for the second factor.
UPDATE "SealedToken" SET "bypass2fa" = false, "groupId" = "id";
ALTER TABLE "SealedToken" ALTER COLUMN "bypass2fa" SET NOT NULL, ALTER COLUMN "groupId" SET NOT NULL;

-- CreateTable
CREATE TABLE "Todo" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "repositoryId" BIGINT NOT NULL,
    "personId" BIGINT NOT NULL,
    "personLogin" TEXT NOT NULL,
    "groupId" TEXT NOT NULL,
    "npmUser" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "npmKey" TEXT,
    "why" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "closedAt" TIMESTAMPTZ(3),
    "closedHow" TEXT,
    "openFor" TEXT,

    CONSTRAINT "Todo_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Warning" (
    "id" TEXT NOT NULL,
    "tokenId" TEXT NOT NULL,
    "repositoryId" BIGINT NOT NULL,
    "personId" BIGINT NOT NULL,
    "days" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Warning_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "WarningIssue" (
    "id" TEXT NOT NULL,
    "repositoryId" BIGINT NOT NULL,
    "personId" BIGINT NOT NULL,
    "personLogin" TEXT NOT NULL,
    "issueNumber" INTEGER,
    "state" TEXT NOT NULL,
    "digest" TEXT,
    "changedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "WarningIssue_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Channel" (
    "id" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "repositoryId" BIGINT,
    "personId" BIGINT,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "sealedAddress" TEXT NOT NULL,
    "sealedKeyId" TEXT NOT NULL,
    "shownAddress" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "createdBy" BIGINT NOT NULL,
    "lastSentAt" TIMESTAMPTZ(3),
    "lastFailedAt" TIMESTAMPTZ(3),
    "lastError" TEXT,
    "removedAt" TIMESTAMPTZ(3),
    "slot" TEXT,

    CONSTRAINT "Channel_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Todo_openFor_key" ON "Todo"("openFor");

-- CreateIndex
CREATE INDEX "Todo_personId_idx" ON "Todo"("personId");

-- CreateIndex
CREATE INDEX "Todo_repositoryId_idx" ON "Todo"("repositoryId");

-- CreateIndex
CREATE INDEX "Todo_expiresAt_idx" ON "Todo"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "Warning_tokenId_days_key" ON "Warning"("tokenId", "days");

-- CreateIndex
CREATE UNIQUE INDEX "WarningIssue_repositoryId_personId_key" ON "WarningIssue"("repositoryId", "personId");

-- CreateIndex
CREATE UNIQUE INDEX "Channel_slot_key" ON "Channel"("slot");

-- CreateIndex
CREATE INDEX "Channel_repositoryId_idx" ON "Channel"("repositoryId");

-- CreateIndex
CREATE INDEX "Channel_personId_idx" ON "Channel"("personId");

-- CreateIndex
CREATE INDEX "SealedToken_warnAt_idx" ON "SealedToken"("warnAt");
