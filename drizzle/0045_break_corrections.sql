ALTER TABLE "break_changes" DROP CONSTRAINT "break_action";--> statement-breakpoint
ALTER TABLE "reconciliation_breaks" DROP CONSTRAINT "break_status";--> statement-breakpoint
ALTER TABLE "adjustments" ADD COLUMN "break_id" uuid;--> statement-breakpoint
ALTER TABLE "reconciliation_breaks" ADD COLUMN "adjustment_id" uuid;--> statement-breakpoint
ALTER TABLE "reconciliation_breaks" ADD COLUMN "awaits_until" timestamp (3) with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "adjustments_correct_a_break_once" ON "adjustments" USING btree ("break_id") WHERE "adjustments"."break_id" is not null and "adjustments"."applied_by" is not null;--> statement-breakpoint
CREATE INDEX "purchases_by_day" ON "purchases" USING brin ("occurred_at") WITH (pages_per_range=32,autosummarize=true);--> statement-breakpoint
CREATE INDEX "returns_by_day" ON "returns" USING brin ("occurred_at") WITH (pages_per_range=32,autosummarize=true);--> statement-breakpoint
ALTER TABLE "break_changes" ADD CONSTRAINT "break_action" CHECK ("break_changes"."action" in ('assign', 'comment', 'resolve', 'correct', 'approve', 'reject'));--> statement-breakpoint
ALTER TABLE "reconciliation_breaks" ADD CONSTRAINT "break_awaits_an_adjustment" CHECK (("reconciliation_breaks"."status" = 'awaiting_approval') = ("reconciliation_breaks"."awaits_until" is not null) and ("reconciliation_breaks"."awaits_until" is null or "reconciliation_breaks"."adjustment_id" is not null));--> statement-breakpoint
ALTER TABLE "reconciliation_breaks" ADD CONSTRAINT "break_names_its_adjustment" CHECK ("reconciliation_breaks"."adjustment_id" is null or "reconciliation_breaks"."status" = 'awaiting_approval' or "reconciliation_breaks"."corrected_by" is not null);--> statement-breakpoint
ALTER TABLE "reconciliation_breaks" ADD CONSTRAINT "break_status" CHECK ("reconciliation_breaks"."status" in ('open', 'explained', 'awaiting_approval', 'resolved'));