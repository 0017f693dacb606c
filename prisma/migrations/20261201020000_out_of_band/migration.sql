-- CreateTable
CREATE TABLE "Watch" (
    "id" TEXT NOT NULL,
    "repositoryId" BIGINT NOT NULL,
    "package" TEXT NOT NULL,
    "registry" TEXT,
    "policy" JSONB NOT NULL,
    "known" JSONB,
    "etag" TEXT,
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    "lookedAt" TIMESTAMPTZ(3),
    "activeAt" TIMESTAMPTZ(3) NOT NULL,
    "failures" INTEGER NOT NULL,
    "lastError" TEXT,
    "removedAt" TIMESTAMPTZ(3),
    "issueNumber" INTEGER,
    "issueState" TEXT,
    "issueDigest" TEXT,
    "issueChangedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Watch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Sighting" (
    "id" TEXT NOT NULL,
    "repositoryId" BIGINT NOT NULL,
    "package" TEXT NOT NULL,
    "what" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "facts" JSONB NOT NULL,
    "verdict" TEXT NOT NULL,
    "oddities" JSONB NOT NULL,
    "expectedWhy" TEXT,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,
    "acknowledgedAt" TIMESTAMPTZ(3),
    "acknowledgedById" BIGINT,
    "acknowledgedByLogin" TEXT,
    "key" TEXT NOT NULL,

    CONSTRAINT "Sighting_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Watch_removedAt_nextAt_id_idx" ON "Watch"("removedAt", "nextAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Watch_repositoryId_package_key" ON "Watch"("repositoryId", "package");

-- CreateIndex
CREATE UNIQUE INDEX "Sighting_key_key" ON "Sighting"("key");

-- CreateIndex
CREATE INDEX "Sighting_repositoryId_seenAt_idx" ON "Sighting"("repositoryId", "seenAt");

-- CreateIndex
CREATE INDEX "Sighting_verdict_acknowledgedAt_idx" ON "Sighting"("verdict", "acknowledgedAt");
