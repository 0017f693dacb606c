-- CreateTable
CREATE TABLE "Delivery" (
    "guid" TEXT NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "event" TEXT NOT NULL,
    "action" TEXT,
    "installationId" BIGINT,
    "repositoryId" BIGINT,
    "body" BYTEA NOT NULL,
    "receivedAt" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    "lockedBy" TEXT,
    "lockedUntil" TIMESTAMPTZ(3),
    "lastError" TEXT,
    "doneAt" TIMESTAMPTZ(3),

    CONSTRAINT "Delivery_pkey" PRIMARY KEY ("guid")
);

-- CreateTable
CREATE TABLE "Task" (
    "id" TEXT NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    "lockedBy" TEXT,
    "lockedUntil" TIMESTAMPTZ(3),
    "lastError" TEXT,
    "doneAt" TIMESTAMPTZ(3),
    "againAt" TIMESTAMPTZ(3),

    CONSTRAINT "Task_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Repository" (
    "id" BIGINT NOT NULL,
    "installationId" BIGINT NOT NULL,
    "owner" TEXT NOT NULL,
    "ownerId" BIGINT NOT NULL,
    "ownerType" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "private" BOOLEAN NOT NULL,
    "defaultBranch" TEXT NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,
    "removedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Repository_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Person" (
    "id" BIGINT NOT NULL,
    "login" TEXT NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SealedToken" (
    "id" TEXT NOT NULL,
    "repositoryId" BIGINT NOT NULL,
    "environmentId" BIGINT NOT NULL,
    "environmentName" TEXT NOT NULL,
    "personId" BIGINT NOT NULL,
    "personLogin" TEXT NOT NULL,
    "npmUser" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "keyId" TEXT NOT NULL,
    "ciphertext" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "sealedAt" TIMESTAMPTZ(3) NOT NULL,
    "lastUsedAt" TIMESTAMPTZ(3),
    "removedAt" TIMESTAMPTZ(3),
    "removedWhy" TEXT,
    "slot" TEXT,

    CONSTRAINT "SealedToken_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Release" (
    "id" TEXT NOT NULL,
    "number" BIGSERIAL NOT NULL,
    "state" TEXT NOT NULL,
    "repositoryId" BIGINT NOT NULL,
    "installationId" BIGINT NOT NULL,
    "package" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "distTag" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "branch" TEXT NOT NULL,
    "sha" TEXT NOT NULL,
    "workflowPath" TEXT NOT NULL,
    "workflowBlob" TEXT NOT NULL,
    "jobName" TEXT NOT NULL,
    "environmentId" BIGINT NOT NULL,
    "environmentName" TEXT NOT NULL,
    "secretName" TEXT NOT NULL,
    "policySha" TEXT NOT NULL,
    "policyBlob" TEXT NOT NULL,
    "releaserId" BIGINT NOT NULL,
    "releaserLogin" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "issueNumber" INTEGER,
    "requestCommentId" BIGINT,
    "statusCommentId" BIGINT,
    "statusDigest" TEXT,
    "runId" BIGINT,
    "runUrl" TEXT,
    "jobId" BIGINT,
    "requestedAt" TIMESTAMPTZ(3) NOT NULL,
    "dispatchedAt" TIMESTAMPTZ(3),
    "gateAskedAt" TIMESTAMPTZ(3),
    "decidedAt" TIMESTAMPTZ(3),
    "gateApprovedAt" TIMESTAMPTZ(3),
    "jobStartedAt" TIMESTAMPTZ(3),
    "jobEndedAt" TIMESTAMPTZ(3),
    "jobConclusion" TEXT,
    "runEndedAt" TIMESTAMPTZ(3),
    "runConclusion" TEXT,
    "endedAt" TIMESTAMPTZ(3),
    "endCode" TEXT,
    "endText" TEXT,
    "shasum" TEXT,
    "integrity" TEXT,
    "verifiedAt" TIMESTAMPTZ(3),
    "runnerReport" JSONB,
    "decision" JSONB,
    "holds" TEXT,
    "rowVersion" INTEGER NOT NULL,

    CONSTRAINT "Release_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Approval" (
    "id" TEXT NOT NULL,
    "releaseId" TEXT NOT NULL,
    "personId" BIGINT NOT NULL,
    "personLogin" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "sha" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "comment" TEXT,
    "evidence" TEXT NOT NULL,
    "givenAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Approval_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Lease" (
    "id" TEXT NOT NULL,
    "releaseId" TEXT NOT NULL,
    "repositoryId" BIGINT NOT NULL,
    "installationId" BIGINT NOT NULL,
    "environmentId" BIGINT NOT NULL,
    "environmentName" TEXT NOT NULL,
    "secretName" TEXT NOT NULL,
    "keyId" TEXT NOT NULL,
    "tokenId" TEXT NOT NULL,
    "runId" BIGINT,
    "state" TEXT NOT NULL,
    "takenAt" TIMESTAMPTZ(3) NOT NULL,
    "putDeadline" TIMESTAMPTZ(3) NOT NULL,
    "armedAt" TIMESTAMPTZ(3),
    "disarmAskedAt" TIMESTAMPTZ(3),
    "disarmedAt" TIMESTAMPTZ(3),
    "absentAt" TIMESTAMPTZ(3),
    "closedAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "disarmWhy" TEXT,
    "disarmAttempts" INTEGER NOT NULL,
    "lastError" TEXT,
    "releasedAt" TIMESTAMPTZ(3),
    "locks" TEXT,

    CONSTRAINT "Lease_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RunnerSession" (
    "id" TEXT NOT NULL,
    "releaseId" TEXT NOT NULL,
    "jti" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "runId" BIGINT NOT NULL,
    "runAttempt" INTEGER NOT NULL,
    "checkRunId" TEXT,
    "publicKey" TEXT NOT NULL,
    "bearerHash" TEXT NOT NULL,
    "openedAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "RunnerSession_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Challenge" (
    "id" TEXT NOT NULL,
    "releaseId" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "authUrl" TEXT,
    "subject" JSONB NOT NULL,
    "try" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "openedAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "answeredAt" TIMESTAMPTZ(3),
    "answeredBy" BIGINT,
    "sealed" TEXT,
    "takenAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "openFor" TEXT,

    CONSTRAINT "Challenge_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "id" TEXT NOT NULL,
    "personId" BIGINT NOT NULL,
    "personLogin" TEXT NOT NULL,
    "sealedToken" TEXT,
    "tokenKeyId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SignIn" (
    "id" TEXT NOT NULL,
    "verifier" TEXT NOT NULL,
    "returnTo" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SignIn_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditEvent" (
    "seq" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "what" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "actorId" BIGINT,
    "repositoryId" BIGINT,
    "releaseId" TEXT,
    "detail" JSONB NOT NULL,

    CONSTRAINT "AuditEvent_pkey" PRIMARY KEY ("seq")
);

-- CreateIndex
CREATE UNIQUE INDEX "Delivery_seq_key" ON "Delivery"("seq");

-- CreateIndex
CREATE INDEX "Delivery_state_nextAt_seq_idx" ON "Delivery"("state", "nextAt", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "Task_seq_key" ON "Task"("seq");

-- CreateIndex
CREATE UNIQUE INDEX "Task_key_key" ON "Task"("key");

-- CreateIndex
CREATE INDEX "Task_state_nextAt_seq_idx" ON "Task"("state", "nextAt", "seq");

-- CreateIndex
CREATE INDEX "Repository_installationId_idx" ON "Repository"("installationId");

-- CreateIndex
CREATE UNIQUE INDEX "SealedToken_slot_key" ON "SealedToken"("slot");

-- CreateIndex
CREATE INDEX "SealedToken_repositoryId_environmentId_idx" ON "SealedToken"("repositoryId", "environmentId");

-- CreateIndex
CREATE INDEX "SealedToken_personId_idx" ON "SealedToken"("personId");

-- CreateIndex
CREATE UNIQUE INDEX "Release_number_key" ON "Release"("number");

-- CreateIndex
CREATE UNIQUE INDEX "Release_runId_key" ON "Release"("runId");

-- CreateIndex
CREATE UNIQUE INDEX "Release_holds_key" ON "Release"("holds");

-- CreateIndex
CREATE INDEX "Release_repositoryId_requestedAt_idx" ON "Release"("repositoryId", "requestedAt");

-- CreateIndex
CREATE INDEX "Release_state_idx" ON "Release"("state");

-- CreateIndex
CREATE UNIQUE INDEX "Approval_releaseId_personId_source_evidence_key" ON "Approval"("releaseId", "personId", "source", "evidence");

-- CreateIndex
CREATE UNIQUE INDEX "Lease_locks_key" ON "Lease"("locks");

-- CreateIndex
CREATE INDEX "Lease_state_idx" ON "Lease"("state");

-- CreateIndex
CREATE UNIQUE INDEX "RunnerSession_jti_key" ON "RunnerSession"("jti");

-- CreateIndex
CREATE UNIQUE INDEX "RunnerSession_bearerHash_key" ON "RunnerSession"("bearerHash");

-- CreateIndex
CREATE INDEX "RunnerSession_releaseId_idx" ON "RunnerSession"("releaseId");

-- CreateIndex
CREATE UNIQUE INDEX "Challenge_openFor_key" ON "Challenge"("openFor");

-- CreateIndex
CREATE INDEX "Challenge_releaseId_idx" ON "Challenge"("releaseId");

-- CreateIndex
CREATE INDEX "Session_personId_idx" ON "Session"("personId");

-- CreateIndex
CREATE INDEX "AuditEvent_releaseId_seq_idx" ON "AuditEvent"("releaseId", "seq");

-- CreateIndex
CREATE INDEX "AuditEvent_repositoryId_seq_idx" ON "AuditEvent"("repositoryId", "seq");

-- AddForeignKey
ALTER TABLE "Approval" ADD CONSTRAINT "Approval_releaseId_fkey" FOREIGN KEY ("releaseId") REFERENCES "Release"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Lease" ADD CONSTRAINT "Lease_releaseId_fkey" FOREIGN KEY ("releaseId") REFERENCES "Release"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
