CREATE TABLE "book_changes" (
	"number" integer PRIMARY KEY NOT NULL,
	"position" bigint NOT NULL,
	"operation_id" uuid NOT NULL,
	"asked_by" uuid NOT NULL,
	"action" text NOT NULL,
	"month" text NOT NULL,
	"open_from" date NOT NULL,
	CONSTRAINT "book_changes_position_unique" UNIQUE("position"),
	CONSTRAINT "book_change_action" CHECK ("book_changes"."action" in ('close', 'reopen'))
);
--> statement-breakpoint
CREATE TABLE "books" (
	"name" text PRIMARY KEY NOT NULL,
	"open_from" date,
	"changes" integer NOT NULL,
	"waiting_action" text,
	"waiting_month" text,
	"waiting_staff_id" text,
	"waiting_since" timestamp (3) with time zone,
	"waiting_operation_id" uuid,
	CONSTRAINT "books_are_one" CHECK ("books"."name" = 'books'),
	CONSTRAINT "books_wait_for_all_or_nothing" CHECK (num_nulls("books"."waiting_action", "books"."waiting_month", "books"."waiting_staff_id", "books"."waiting_since", "books"."waiting_operation_id") in (0, 5))
);
