DROP INDEX "returns_of_purchase";--> statement-breakpoint
ALTER TABLE "operations" DROP COLUMN "extended_to";