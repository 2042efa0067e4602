ALTER TABLE "reconciliations" DROP CONSTRAINT "reconciliation_status";--> statement-breakpoint
ALTER TABLE "reconciliations" ADD COLUMN "tries" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "reconciliations" ADD COLUMN "not_before" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "reconciliations" ADD CONSTRAINT "reconciliation_status" CHECK ("reconciliations"."status" in ('waiting', 'done', 'failed', 'cancelled'));