ALTER TABLE "lots" ADD COLUMN "spendable_from" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "wallets" ADD COLUMN "cooling_until" timestamp (3) with time zone;