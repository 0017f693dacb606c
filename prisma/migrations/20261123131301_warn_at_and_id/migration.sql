-- DropIndex
DROP INDEX "SealedToken_warnAt_idx";

-- CreateIndex
CREATE INDEX "SealedToken_warnAt_id_idx" ON "SealedToken"("warnAt", "id");
