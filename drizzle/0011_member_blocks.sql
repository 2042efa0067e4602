CREATE TABLE "member_blocks" (
	"bucket" smallint NOT NULL,
	"member_id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"status" text NOT NULL,
	"operation_id" uuid NOT NULL,
	"parted_from" uuid,
	"since" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "member_blocks_bucket_member_id_version_pk" PRIMARY KEY("bucket","member_id","version"),
	CONSTRAINT "member_block_status" CHECK ("member_blocks"."status" in ('active', 'blocked')),
	CONSTRAINT "member_block_parted" CHECK ("member_blocks"."parted_from" is null or "member_blocks"."status" = 'blocked')
);
