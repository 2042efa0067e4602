CREATE TABLE "match_candidates" (
	"one_id" uuid NOT NULL,
	"other_id" uuid NOT NULL,
	"candidate_id" uuid NOT NULL,
	"operation_id" uuid NOT NULL,
	"source" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"score" smallint NOT NULL,
	"evidence" json NOT NULL,
	"status" text NOT NULL,
	"assignee" text,
	"decided_by" uuid,
	"decided_at" timestamp (3) with time zone,
	"until" timestamp (3) with time zone,
	CONSTRAINT "match_candidates_one_id_other_id_pk" PRIMARY KEY("one_id","other_id"),
	CONSTRAINT "candidate_of_two" CHECK ("match_candidates"."one_id" < "match_candidates"."other_id"),
	CONSTRAINT "candidate_status" CHECK ("match_candidates"."status" in ('open', 'later', 'linked', 'apart')),
	CONSTRAINT "candidate_decided" CHECK (("match_candidates"."status" = 'open') = ("match_candidates"."decided_by" is null) and ("match_candidates"."decided_by" is null) = ("match_candidates"."decided_at" is null)),
	CONSTRAINT "candidate_put_off" CHECK ("match_candidates"."until" is null or "match_candidates"."status" = 'later'),
	CONSTRAINT "candidate_score" CHECK ("match_candidates"."score" between 0 and 100)
);
--> statement-breakpoint
CREATE INDEX "match_candidates_by_id" ON "match_candidates" USING btree ("candidate_id");--> statement-breakpoint
CREATE INDEX "match_candidates_queue" ON "match_candidates" USING btree ("status",(-"score"),"candidate_id");--> statement-breakpoint
CREATE INDEX "match_candidates_assigned" ON "match_candidates" USING btree ("assignee","status",(-"score"),"candidate_id") WHERE "match_candidates"."assignee" is not null;