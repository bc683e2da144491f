SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE EXTENSION IF NOT EXISTS migrate WITH SCHEMA public;

COMMENT ON EXTENSION migrate IS 'versioned schema migrations that the server keeps and runs';

CREATE SCHEMA shop;

ALTER SCHEMA shop OWNER TO update_keeper;

CREATE TYPE public.mood AS ENUM (
    'calm',
    'angry'
);

ALTER TYPE public.mood OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.people (
    id integer NOT NULL,
    now public.mood,
    later public.mood
);

ALTER TABLE public.people OWNER TO postgres;

CREATE TABLE shop.cell_01_data (
    i integer
);

ALTER TABLE shop.cell_01_data OWNER TO update_keeper;

CREATE TABLE shop.item (
    id integer
);

ALTER TABLE shop.item OWNER TO update_keeper;

CREATE TABLE shop.price (
    id integer
);

ALTER TABLE shop.price OWNER TO update_keeper;

CREATE TABLE shop.stock (
    id integer
);

ALTER TABLE shop.stock OWNER TO update_keeper;

COPY migrate.log (id, prefix, revision, direction, outcome, started_at, duration, statements, role, session_role, application_name, client_address, transaction_id, checksum, dropped_types, error_sqlstate, error_message, error_statement, error_line) FROM stdin;
26e55b6d-541b-4d66-8d30-55d2d3a7942d		a1	upgrade	applied	2026-11-21 17:47:11.351117+00	00:00:00.009123	3	postgres	postgres	psql	\N	731	\\xf96c5c707d8a584293aa664b16e3047a9932f9162cf5af415bf4159987edd8dd	{}	\N	\N	\N	\N
5de75521-fed1-4cb0-879d-d511e723f70d		a2	upgrade	applied	2026-11-21 17:47:11.360645+00	00:00:00.000606	1	postgres	postgres	psql	\N	731	\\x9d3f1f409512bbd5e29c0d60c884aeade23a34fc69c998f934243d2d484a1a0a	{}	\N	\N	\N	\N
f4d111aa-d251-43c0-bf6f-04cf52cb44f0		a2	downgrade	reverted	2026-11-21 17:47:11.531628+00	00:00:00.001134	1	postgres	postgres	psql	\N	732	\\xa120b5db5ec7bb5115d5e3aa6d06bc913b44431865f90b7303604473596ef9b6	{}	\N	\N	\N	\N
efdb109b-e197-45ca-8229-32134448a5d6		a2	upgrade	applied	2026-11-21 17:47:11.610228+00	00:00:00.000793	1	postgres	postgres	psql	\N	733	\\x9d3f1f409512bbd5e29c0d60c884aeade23a34fc69c998f934243d2d484a1a0a	{}	\N	\N	\N	\N
fb1dfb78-3a5b-4c4e-92c0-d2ebf43fea3f	shop	s1	upgrade	applied	2026-11-21 17:47:11.700262+00	00:00:00.005038	1	update_keeper	postgres	psql	\N	741	\\xfb18405c66a55bbcfa08e5dee2c572f0329873ae291fc5f381960a4c97d673cb	{}	\N	\N	\N	\N
99cb85b4-af03-4b47-a27c-a3601c0699b1	shop	s2	upgrade	applied	2026-11-21 17:47:11.705462+00	00:00:00.001054	1	update_keeper	postgres	psql	\N	741	\\x6ac6d37ee30b5a55ecfc0ed1856338e1eba65dee72a788bf692ad6b7a4168d2b	{}	\N	\N	\N	\N
454af834-1bd4-42f0-b548-445c971936d9	shop	s3	upgrade	applied	2026-11-21 17:47:11.706613+00	00:00:00.000712	1	update_keeper	postgres	psql	\N	741	\\x3dacf6daf94927209a84dc2c312887fc3f4ca35189e04d6108da0515e1e1a8fd	{}	\N	\N	\N	\N
c3447e15-9f7f-4d32-89ac-512ba8b3d48c	cell_01	c1	upgrade	applied	2026-11-21 17:47:11.744755+00	00:00:00.001604	1	update_keeper	postgres	psql	\N	745	\\xd4a6d28a6343a9e556b3388efc48f1e9f68223deebb60d0c209f3d0ca0d4a769	{}	\N	\N	\N	\N
d89b45ff-0b0c-46e9-ad9e-19446bbcd5ad	old	o1	stamp	stamped	2026-11-21 17:47:11.767437+00	00:00:00	0	postgres	postgres	psql	\N	748	\N	{}	\N	\N	\N	\N
\.

COPY migrate.object (prefix, type, identity, revision, object_names, object_arguments, class_oid, object_oid, object_subid, origin) FROM stdin;
	type	public.mood	a1	{public.mood}	{}	1247	16502	0	7710682757367583191/16384/16389
	table	public.people	a1	{public,people}	{}	1259	16507	0	7710682757367583191/16384/16389
	table column	public.people.later	a2	{public,people,later}	{}	1259	16507	4	7710682757367583191/16384/16389
shop	table	shop.item	s1	{shop,item}	{}	1259	16512	0	7710682757367583191/16384/16389
shop	table	shop.price	s2	{shop,price}	{}	1259	16515	0	7710682757367583191/16384/16389
shop	table	shop.stock	s3	{shop,stock}	{}	1259	16518	0	7710682757367583191/16384/16389
cell_01	table	shop.cell_01_data	c1	{shop,cell_01_data}	{}	1259	16521	0	7710682757367583191/16384/16389
\.

COPY migrate.prefix (name, owner, schema, naming, search_path, template, isolation, settings, generation) FROM stdin;
	postgres	public	any	public, "$user", pg_temp	\N	error	{}	5
shop	update_keeper	shop	any	shop, "$user", public, pg_temp	\N	warn	{"lock_timeout": "3s"}	6
cell	update_keeper	shop	prefixed	shop, "$user", public, pg_temp	\N	error	{}	1
cell_01	update_keeper	shop	prefixed	shop, "$user", public, pg_temp	cell	error	{}	1
old	update_keeper	shop	any	shop, "$user", public, pg_temp	\N	error	{}	2
\.

COPY migrate.revision (prefix, id, ordinal, down_revision, depends_on, branch_labels, message, up, down, up_transactional, down_transactional, checksum, is_head, registered_at, registered_by) FROM stdin;
	a1	1	{}	{}	{}	people	\n    CREATE TYPE mood AS ENUM ('calm', 'angry');\n    CREATE TABLE people (id integer PRIMARY KEY, now mood);\n    INSERT INTO people VALUES (1, 'calm');\n	DROP TABLE people	t	t	\\xe79d2dd51bd74812663800e25294924b045a8a33de642b3c127ff3d87615fc65	f	2026-11-21 17:47:11.117879+00	postgres
	a3	21474836483	{a2}	{}	{}		CREATE INDEX people_now ON people (now)	DROP INDEX people_now	t	t	\\xded02cd2d99421b784549115ccb63a3a064013d4b349ab659c2a0c7915e54417	t	2026-11-21 17:47:11.614148+00	postgres
	a2	4294967298	{a1}	{}	{}	feat(people): later	ALTER TABLE people ADD COLUMN later mood	ALTER TABLE people DROP COLUMN later	t	t	\\x3fe96113dabdd9a27a022f5984557172c225ede33521740a6aff9f862c8ed73e	f	2026-11-21 17:47:11.121756+00	postgres
shop	s2	17179869189	{s1}	{}	{prices}		CREATE TABLE price (id integer)	DROP TABLE price	t	t	\\x095bb22992331149f413dbd90ba2da37a6bd14c5b5981ea7bf2a1bf3b2620a78	t	2026-11-21 17:47:11.633047+00	postgres
shop	s1	12884901892	{}	{}	{}		CREATE TABLE item (id integer)	DROP TABLE item	t	t	\\x7e1e49c08decdd206838b545a2db37d8ef1534a6cd0f2f18dd00ed50004c4b24	f	2026-11-21 17:47:11.629923+00	postgres
shop	s3	21474836486	{s1}	{prices}	{}		CREATE TABLE stock (id integer)	\N	t	t	\\x69e6cb1e9f7a048d9b2d0cd50dfa362f5ee938dd14078fa6b60dbc049db1f548	t	2026-11-21 17:47:11.637823+00	postgres
cell	c1	4294967303	{}	{}	{}		CREATE TABLE @prefix@_data (i integer)	DROP TABLE @prefix@_data	t	t	\\x87fd514efe6348aaaeaba94b2ce4489176791b1129b1c5cd0abb481423191def	t	2026-11-21 17:47:11.710936+00	postgres
old	o1	4294967304	{}	{}	{}		CREATE TABLE relic ()	DROP TABLE relic	t	t	\\x752d837d81cb12fd152423cf229d54a8dccb7204db72a0788dae7321c0eef098	t	2026-11-21 17:47:11.76186+00	postgres
\.

COPY migrate.version (prefix, revision) FROM stdin;
	a2
shop	s3
cell_01	c1
old	o1
\.

COPY public.people (id, now, later) FROM stdin;
1	calm	\N
\.

COPY shop.cell_01_data (i) FROM stdin;
\.

COPY shop.item (id) FROM stdin;
\.

COPY shop.price (id) FROM stdin;
\.

COPY shop.stock (id) FROM stdin;
\.

ALTER TABLE ONLY public.people
    ADD CONSTRAINT people_pkey PRIMARY KEY (id);

GRANT CREATE ON SCHEMA public TO update_keeper;

