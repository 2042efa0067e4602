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
	"scopes" text[] NOT NULL,
	"brand" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "client_has_scopes" CHECK (cardinality("clients"."scopes") > 0)
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
CREATE TABLE "command_keys" (
	"key" uuid PRIMARY KEY NOT NULL,
	"bucket" smallint NOT NULL,
	"operation_id" uuid NOT NULL
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
CREATE TABLE "operations" (
	"bucket" smallint NOT NULL,
	"operation_id" uuid NOT NULL,
	"command" text NOT NULL,
	"member_id" uuid,
	"client_id" uuid,
	"input_hash" uuid NOT NULL,
	"status" smallint NOT NULL,
	"refusal" text,
	"answer" json NOT NULL,
	"policy_version" integer NOT NULL,
	"extended_to" timestamp (3) with time zone,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"posted_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "operations_bucket_operation_id_pk" PRIMARY KEY("bucket","operation_id")
);
--> statement-breakpoint
CREATE TABLE "transfers" (
	"bucket" smallint NOT NULL,
	"member_id" uuid NOT NULL,
	"operation_id" uuid NOT NULL,
	"ordinal" smallint NOT NULL,
	"entity" text NOT NULL,
	"debit" text NOT NULL,
	"credit" text NOT NULL,
	"amount" bigint NOT NULL,
	"lot_id" uuid,
	"event" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"posted_at" timestamp (3) with time zone NOT NULL,
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
	"debts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"next_move_at" timestamp (3) with time zone,
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
	"note" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "parked_returns" (
	"receipt_key" uuid NOT NULL,
	"operation_id" uuid NOT NULL,
	"input" json NOT NULL,
	"status" text NOT NULL,
	"refusal" text,
	"parked_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "parked_returns_receipt_key_operation_id_pk" PRIMARY KEY("receipt_key","operation_id"),
	CONSTRAINT "parked_status" CHECK ("parked_returns"."status" in ('parked', 'applied', 'refused', 'withdrawn'))
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
	CONSTRAINT "purchase_amounts" CHECK ("purchases"."total" >= 0 and "purchases"."earned" >= 0 and "purchases"."spent" between 0 and "purchases"."total")
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
	"reason" text,
	"money_back" bigint NOT NULL,
	"bonuses_back" bigint NOT NULL,
	"clawed_back" bigint NOT NULL,
	"debt_added" bigint NOT NULL,
	"detail" json NOT NULL,
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
CREATE INDEX "client_keys_of_client" ON "client_keys" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "holds_open" ON "holds" USING btree ("bucket","member_id") WHERE "holds"."status" = 'open';--> statement-breakpoint
CREATE INDEX "wallets_due" ON "wallets" USING btree ("next_move_at") WHERE "wallets"."next_move_at" is not null;--> statement-breakpoint
CREATE INDEX "profiles_of_member" ON "profiles" USING btree ("bucket","member_id");--> statement-breakpoint
CREATE INDEX "parked_returns_by_operation" ON "parked_returns" USING btree ("operation_id");--> statement-breakpoint
CREATE INDEX "purchases_awaiting" ON "purchases" USING btree ("awaits") WHERE "purchases"."awaits" is not null;--> statement-breakpoint
CREATE INDEX "returns_of_purchase" ON "returns" USING btree ("bucket","purchase_id");