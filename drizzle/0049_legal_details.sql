ALTER TABLE "brand_names" ADD COLUMN "inn" text;--> statement-breakpoint
ALTER TABLE "brand_names" ADD COLUMN "kpp" text;--> statement-breakpoint
ALTER TABLE "brand_names" ADD COLUMN "city" text;--> statement-breakpoint
ALTER TABLE "brands" ADD COLUMN "inn" text;--> statement-breakpoint
ALTER TABLE "brands" ADD COLUMN "kpp" text;--> statement-breakpoint
ALTER TABLE "brands" ADD COLUMN "city" text;