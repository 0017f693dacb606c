-- DropIndex
DROP INDEX "Delivery_state_nextAt_seq_idx";

-- CreateIndex
CREATE INDEX "Delivery_state_seq_idx" ON "Delivery"("state", "seq");

-- CreateIndex
CREATE INDEX "Delivery_state_lockedUntil_idx" ON "Delivery"("state", "lockedUntil");
