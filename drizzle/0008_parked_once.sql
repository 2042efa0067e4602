DROP INDEX "parked_returns_by_operation";--> statement-breakpoint
CREATE UNIQUE INDEX "parked_returns_by_operation" ON "parked_returns" USING btree ("operation_id");