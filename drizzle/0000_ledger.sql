CREATE TABLE "command_keys" (
	"key" uuid PRIMARY KEY NOT NULL,
	"bucket" smallint NOT NULL,
	"operation_id" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "operations" (
	"bucket" smallint NOT NULL,
	"operation_id" uuid NOT NULL,
	"name" text NOT NULL,
	"member_id" uuid,
	"client_id" uuid,
	"staff_id" text,
	"brand" text,
	"store_id" text,
	"terminal_id" text,
	"channel" text,
	"reason" text,
	"reference" text,
	"subject_hash" uuid,
	"input_hash" uuid NOT NULL,
	"hash_version" smallint NOT NULL,
	"status" smallint NOT NULL,
	"refusal" text,
	"answer" json NOT NULL,
	"events" json,
	"policy_version" integer NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"posted_at" timestamp (3) with time zone NOT NULL,
	"accounting_date" date NOT NULL,
	"position" bigint NOT NULL,
	"place" smallint NOT NULL,
	CONSTRAINT "operations_bucket_operation_id_pk" PRIMARY KEY("bucket","operation_id"),
	CONSTRAINT "refusals_are_conflicts" CHECK (("operations"."refusal" is null) = ("operations"."status" < 400))
);
--> statement-breakpoint
CREATE TABLE "holds" (
	"bucket" smallint NOT NULL,
	"hold_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"brand" text NOT NULL,
	"amount" bigint NOT NULL,
	"parts" json NOT NULL,
	"reference" text NOT NULL,
	"status" text NOT NULL,
	"captured" bigint NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "holds_bucket_hold_id_pk" PRIMARY KEY("bucket","hold_id"),
	CONSTRAINT "hold_state" CHECK (("holds"."status" = 'open') = ("holds"."ended_at" is null) and "holds"."status" in ('open', 'captured', 'released', 'expired')),
	CONSTRAINT "hold_captures_what_it_held" CHECK ("holds"."captured" between 0 and "holds"."amount")
);
--> statement-breakpoint
CREATE TABLE "lot_terms" (
	"bucket" smallint NOT NULL,
	"member_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"operation_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"reason" text NOT NULL,
	"former_end" timestamp (3) with time zone NOT NULL,
	"new_end" timestamp (3) with time zone NOT NULL,
	"wallet_version" bigint NOT NULL,
	"posted_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "lot_terms_bucket_member_id_lot_id_operation_id_ordinal_pk" PRIMARY KEY("bucket","member_id","lot_id","operation_id","ordinal"),
	CONSTRAINT "terms_change_something" CHECK ("lot_terms"."former_end" <> "lot_terms"."new_end")
);
--> statement-breakpoint
CREATE TABLE "lots" (
	"bucket" smallint NOT NULL,
	"member_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"issuer" text NOT NULL,
	"profile_id" uuid,
	"kind" text NOT NULL,
	"granted" bigint NOT NULL,
	"pending" bigint NOT NULL,
	"available" bigint NOT NULL,
	"held" bigint NOT NULL,
	"active_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"closed" boolean NOT NULL,
	"operation_id" uuid NOT NULL,
	"policy_version" integer NOT NULL,
	CONSTRAINT "lots_bucket_member_id_lot_id_pk" PRIMARY KEY("bucket","member_id","lot_id"),
	CONSTRAINT "lot_not_below_zero" CHECK ("lots"."pending" >= 0 and "lots"."available" >= 0 and "lots"."held" >= 0 and "lots"."granted" > 0),
	CONSTRAINT "lot_ends_after_it_begins" CHECK ("lots"."expires_at" > "lots"."active_at"),
	CONSTRAINT "lot_closed_is_empty" CHECK (not "lots"."closed" or ("lots"."pending" = 0 and "lots"."available" = 0 and "lots"."held" = 0))
);
--> statement-breakpoint
CREATE TABLE "transfers" (
	"bucket" smallint NOT NULL,
	"member_id" uuid NOT NULL,
	"operation_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"entity" text NOT NULL,
	"debit" text NOT NULL,
	"credit" text NOT NULL,
	"amount" bigint NOT NULL,
	"lot_id" uuid,
	"event" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"posted_at" timestamp (3) with time zone NOT NULL,
	"position" bigint NOT NULL,
	CONSTRAINT "transfers_bucket_member_id_operation_id_ordinal_pk" PRIMARY KEY("bucket","member_id","operation_id","ordinal"),
	CONSTRAINT "transfer_moves_something" CHECK ("transfers"."amount" > 0),
	CONSTRAINT "transfer_has_two_accounts" CHECK ("transfers"."debit" <> "transfers"."credit")
);
--> statement-breakpoint
CREATE TABLE "wallets" (
	"bucket" smallint NOT NULL,
	"member_id" uuid NOT NULL,
	"status" text NOT NULL,
	"version" bigint NOT NULL,
	"pending" bigint NOT NULL,
	"available" bigint NOT NULL,
	"held" bigint NOT NULL,
	"debt" bigint NOT NULL,
	"by_issuer" json NOT NULL,
	"soonest_ends" json NOT NULL,
	"next_move_at" timestamp (3) with time zone,
	"next_turn_at" timestamp (3) with time zone,
	"posted_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "wallets_bucket_member_id_pk" PRIMARY KEY("bucket","member_id"),
	CONSTRAINT "wallet_not_below_zero" CHECK ("wallets"."pending" >= 0 and "wallets"."available" >= 0 and "wallets"."held" >= 0 and "wallets"."debt" >= 0),
	CONSTRAINT "wallet_status" CHECK ("wallets"."status" in ('active', 'blocked'))
);
--> statement-breakpoint
CREATE TABLE "identifiers" (
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"bucket" smallint NOT NULL,
	"member_id" uuid NOT NULL,
	"profile_id" uuid NOT NULL,
	"verified" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "identifiers_kind_value_pk" PRIMARY KEY("kind","value")
);
--> statement-breakpoint
CREATE TABLE "profiles" (
	"bucket" smallint NOT NULL,
	"profile_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"brand" text NOT NULL,
	"external_id" text NOT NULL,
	"person" json NOT NULL,
	"identifiers" json NOT NULL,
	"consents" json NOT NULL,
	"store_id" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "profiles_bucket_profile_id_pk" PRIMARY KEY("bucket","profile_id")
);
--> statement-breakpoint
CREATE TABLE "policies" (
	"version" integer PRIMARY KEY NOT NULL,
	"effective_from" timestamp (3) with time zone NOT NULL,
	"rules" jsonb NOT NULL,
	"row_hash" uuid NOT NULL,
	"note" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "brands" (
	"brand" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"legal_entity" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "client_keys" (
	"key_hash" text PRIMARY KEY NOT NULL,
	"client_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "clients" (
	"client_id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"scopes" json NOT NULL,
	"brand" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "client_has_scopes" CHECK (json_array_length("clients"."scopes") > 0)
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"name" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stores" (
	"store_id" text PRIMARY KEY NOT NULL,
	"brand" text NOT NULL,
	"name" text NOT NULL,
	"time_zone" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "terminals" (
	"store_id" text NOT NULL,
	"terminal_id" text NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "terminals_store_id_terminal_id_pk" PRIMARY KEY("store_id","terminal_id")
);
--> statement-breakpoint
CREATE TABLE "parked_returns" (
	"receipt_key" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"operation_id" uuid NOT NULL,
	"terms" json NOT NULL,
	"status" text NOT NULL,
	"refusal" text,
	"parked_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "parked_returns_receipt_key_ordinal_pk" PRIMARY KEY("receipt_key","ordinal"),
	CONSTRAINT "parked_status" CHECK ("parked_returns"."status" in ('parked', 'applied', 'refused', 'withdrawn')),
	CONSTRAINT "parked_refusal" CHECK (("parked_returns"."status" = 'refused') = ("parked_returns"."refusal" is not null))
);
--> statement-breakpoint
CREATE TABLE "purchases" (
	"bucket" smallint NOT NULL,
	"purchase_id" uuid NOT NULL,
	"member_id" uuid,
	"brand" text NOT NULL,
	"store_id" text NOT NULL,
	"terminal_id" text NOT NULL,
	"shift" text NOT NULL,
	"number" text NOT NULL,
	"fiscal_id" text,
	"channel" text NOT NULL,
	"total" bigint NOT NULL,
	"spent" bigint NOT NULL,
	"earned" bigint NOT NULL,
	"lot_id" uuid,
	"awaits" uuid,
	"lines" json NOT NULL,
	"returned" json NOT NULL,
	"status" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"posted_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "purchases_bucket_purchase_id_pk" PRIMARY KEY("bucket","purchase_id"),
	CONSTRAINT "purchase_status" CHECK ("purchases"."status" in ('sold', 'reversed')),
	CONSTRAINT "purchase_amounts" CHECK ("purchases"."total" >= 0 and "purchases"."earned" >= 0 and "purchases"."spent" between 0 and "purchases"."total"),
	CONSTRAINT "purchase_waits_for_a_member" CHECK ("purchases"."awaits" is null or "purchases"."member_id" is null)
);
--> statement-breakpoint
CREATE TABLE "returns" (
	"bucket" smallint NOT NULL,
	"return_id" uuid NOT NULL,
	"purchase_id" uuid NOT NULL,
	"member_id" uuid,
	"brand" text NOT NULL,
	"store_id" text NOT NULL,
	"terminal_id" text NOT NULL,
	"shift" text NOT NULL,
	"number" text NOT NULL,
	"fiscal_id" text,
	"reason" text,
	"money_back" bigint NOT NULL,
	"bonuses_back" bigint NOT NULL,
	"clawed_back" bigint NOT NULL,
	"debt_added" bigint NOT NULL,
	"from_suspense" bigint NOT NULL,
	"lines" json NOT NULL,
	"parts" json NOT NULL,
	"cover" json NOT NULL,
	"status" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"posted_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "returns_bucket_return_id_pk" PRIMARY KEY("bucket","return_id"),
	CONSTRAINT "return_status" CHECK ("returns"."status" in ('returned', 'reversed'))
);
--> statement-breakpoint
ALTER TABLE "client_keys" ADD CONSTRAINT "client_keys_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "clients" ADD CONSTRAINT "clients_brand_brands_brand_fk" FOREIGN KEY ("brand") REFERENCES "public"."brands"("brand") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stores" ADD CONSTRAINT "stores_brand_brands_brand_fk" FOREIGN KEY ("brand") REFERENCES "public"."brands"("brand") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "terminals" ADD CONSTRAINT "terminals_store_id_stores_store_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("store_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "operations_by_position" ON "operations" USING btree ("position");--> statement-breakpoint
CREATE INDEX "holds_open" ON "holds" USING btree ("bucket","member_id") WHERE "holds"."status" = 'open';--> statement-breakpoint
CREATE INDEX "lots_open" ON "lots" USING btree ("bucket","member_id","expires_at","active_at","lot_id") WHERE not "lots"."closed";--> statement-breakpoint
CREATE INDEX "transfers_by_position" ON "transfers" USING brin ("position") WITH (pages_per_range=32,autosummarize=true);--> statement-breakpoint
CREATE INDEX "wallets_by_member" ON "wallets" USING btree ("member_id");--> statement-breakpoint
CREATE INDEX "wallets_due" ON "wallets" USING btree ("next_move_at") WHERE "wallets"."next_move_at" is not null;--> statement-breakpoint
CREATE INDEX "profiles_of_member" ON "profiles" USING btree ("bucket","member_id");--> statement-breakpoint
CREATE INDEX "client_keys_of_client" ON "client_keys" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "parked_returns_by_operation" ON "parked_returns" USING btree ("operation_id");--> statement-breakpoint
CREATE INDEX "purchases_awaiting" ON "purchases" USING btree ("awaits") WHERE "purchases"."awaits" is not null;