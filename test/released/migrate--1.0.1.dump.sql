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
01a22e4a-3f81-7532-8752-d2a7f6d02f09		a1	upgrade	applied	2026-11-30 21:09:07.582843+00	00:00:00.001945	3	postgres	postgres	psql	\N	731	\\xf96c5c707d8a584293aa664b16e3047a9932f9162cf5af415bf4159987edd8dd	{}	\N	\N	\N	\N
01a22e4a-3f81-7532-8752-d2a7f6d02f0a		a2	upgrade	applied	2026-11-30 21:09:07.584798+00	00:00:00.000146	1	postgres	postgres	psql	\N	731	\\x9d3f1f409512bbd5e29c0d60c884aeade23a34fc69c998f934243d2d484a1a0a	{}	\N	\N	\N	\N
01a22e4a-3f84-763e-97b4-3de86ee47975		a2	downgrade	reverted	2026-11-30 21:09:07.588454+00	00:00:00.000232	1	postgres	postgres	psql	\N	733	\\xa120b5db5ec7bb5115d5e3aa6d06bc913b44431865f90b7303604473596ef9b6	{}	\N	\N	\N	\N
01a22e4a-3f87-7dad-97e1-3b71bde99bfd		a2	upgrade	applied	2026-11-30 21:09:07.591236+00	00:00:00.000128	1	postgres	postgres	psql	\N	734	\\x9d3f1f409512bbd5e29c0d60c884aeade23a34fc69c998f934243d2d484a1a0a	{}	\N	\N	\N	\N
01a22e4a-3f8d-7f61-8103-08ed0a7ac963	shop	s1	upgrade	applied	2026-11-30 21:09:07.596286+00	00:00:00.000542	1	update_keeper	postgres	psql	\N	743	\\xfb18405c66a55bbcfa08e5dee2c572f0329873ae291fc5f381960a4c97d673cb	{}	\N	\N	\N	\N
01a22e4a-3f8d-7f61-8103-08ed0a7ac964	shop	s2	upgrade	applied	2026-11-30 21:09:07.596835+00	00:00:00.000327	1	update_keeper	postgres	psql	\N	743	\\x6ac6d37ee30b5a55ecfc0ed1856338e1eba65dee72a788bf692ad6b7a4168d2b	{}	\N	\N	\N	\N
01a22e4a-3f8d-7f61-8103-08ed0a7ac965	shop	s3	upgrade	applied	2026-11-30 21:09:07.597166+00	00:00:00.000356	1	update_keeper	postgres	psql	\N	743	\\x3dacf6daf94927209a84dc2c312887fc3f4ca35189e04d6108da0515e1e1a8fd	{}	\N	\N	\N	\N
01a22e4a-3f94-7bb1-88e6-f32dcad87b3a	cell_01	c1	upgrade	applied	2026-11-30 21:09:07.603657+00	00:00:00.000484	1	update_keeper	postgres	psql	\N	748	\\xd4a6d28a6343a9e556b3388efc48f1e9f68223deebb60d0c209f3d0ca0d4a769	{}	\N	\N	\N	\N
01a22e4a-3f95-754c-90c0-c8d14ccd0aa3	old	o1	stamp	stamped	2026-11-30 21:09:07.605944+00	00:00:00	0	postgres	postgres	psql	\N	752	\N	{}	\N	\N	\N	\N
\.

COPY migrate.object (prefix, type, identity, revision, object_names, object_arguments, class_oid, object_oid, object_subid, origin, kept) FROM stdin;
	type	public.mood	a1	{public.mood}	{}	1247	16563	0	7714074562434565044/16384/16410	\N
	table	public.people	a1	{public,people}	{}	1259	16567	0	7714074562434565044/16384/16410	\N
	table column	public.people.later	a2	{public,people,later}	{}	1259	16567	4	7714074562434565044/16384/16410	\N
shop	table	shop.item	s1	{shop,item}	{}	1259	16572	0	7714074562434565044/16384/16410	\N
shop	table	shop.price	s2	{shop,price}	{}	1259	16575	0	7714074562434565044/16384/16410	\N
shop	table	shop.stock	s3	{shop,stock}	{}	1259	16578	0	7714074562434565044/16384/16410	\N
cell_01	table	shop.cell_01_data	c1	{shop,cell_01_data}	{}	1259	16581	0	7714074562434565044/16384/16410	\N
\.

COPY migrate.prefix (name, owner, schema, naming, search_path, template, isolation, settings, generation, snapshots, number) FROM stdin;
	postgres	public	any	public, "$user", pg_temp	\N	error	{}	5	run	7649113346221
shop	update_keeper	shop	any	shop, "$user", public, pg_temp	\N	warn	{"lock_timeout": "3s"}	6	run	47843467791934
cell	update_keeper	shop	prefixed	shop, "$user", public, pg_temp	\N	error	{}	1	run	22679584618205
cell_01	update_keeper	shop	prefixed	shop, "$user", public, pg_temp	cell	error	{}	1	run	111233933571318
old	update_keeper	shop	any	shop, "$user", public, pg_temp	\N	error	{}	2	run	66510161336487
\.

COPY migrate.revision (prefix, id, ordinal, down_revision, depends_on, branch_labels, message, up, down, up_transactional, down_transactional, checksum, is_head, registered_at, registered_by) FROM stdin;
	a1	1	{}	{}	{}	people	\n    CREATE TYPE mood AS ENUM ('calm', 'angry');\n    CREATE TABLE people (id integer PRIMARY KEY, now mood);\n    INSERT INTO people VALUES (1, 'calm');\n	DROP TABLE people	t	t	\\xe79d2dd51bd74812663800e25294924b045a8a33de642b3c127ff3d87615fc65	f	2026-11-30 21:09:07.565015+00	postgres
	a3	21474836483	{a2}	{}	{}		CREATE INDEX people_now ON people (now)	DROP INDEX people_now	t	t	\\xded02cd2d99421b784549115ccb63a3a064013d4b349ab659c2a0c7915e54417	t	2026-11-30 21:09:07.592589+00	postgres
	a2	4294967298	{a1}	{}	{}	feat(people): later	ALTER TABLE people ADD COLUMN later mood	ALTER TABLE people DROP COLUMN later	t	t	\\x3fe96113dabdd9a27a022f5984557172c225ede33521740a6aff9f862c8ed73e	f	2026-11-30 21:09:07.572343+00	postgres
shop	s2	17179869189	{s1}	{}	{prices}		CREATE TABLE price (id integer)	DROP TABLE price	t	t	\\x095bb22992331149f413dbd90ba2da37a6bd14c5b5981ea7bf2a1bf3b2620a78	t	2026-11-30 21:09:07.594526+00	postgres
shop	s1	12884901892	{}	{}	{}		CREATE TABLE item (id integer)	DROP TABLE item	t	t	\\x7e1e49c08decdd206838b545a2db37d8ef1534a6cd0f2f18dd00ed50004c4b24	f	2026-11-30 21:09:07.594253+00	postgres
shop	s3	21474836486	{s1}	{prices}	{}		CREATE TABLE stock (id integer)	\N	t	t	\\x69e6cb1e9f7a048d9b2d0cd50dfa362f5ee938dd14078fa6b60dbc049db1f548	t	2026-11-30 21:09:07.594994+00	postgres
cell	c1	4294967303	{}	{}	{}		CREATE TABLE @prefix@_data (i integer)	DROP TABLE @prefix@_data	t	t	\\x87fd514efe6348aaaeaba94b2ce4489176791b1129b1c5cd0abb481423191def	t	2026-11-30 21:09:07.599019+00	postgres
old	o1	4294967304	{}	{}	{}		CREATE TABLE relic ()	DROP TABLE relic	t	t	\\x752d837d81cb12fd152423cf229d54a8dccb7204db72a0788dae7321c0eef098	t	2026-11-30 21:09:07.605358+00	postgres
\.

COPY migrate.run (prefix, direction, revision, outcome, started_at, role, statements, checksum, statement, relation_oid, index_oids, origin) FROM stdin;
\.

COPY migrate.snapshot (prefix, revisions, fingerprint, objects, server, taken_at) FROM stdin;
	{}	cbf29ce484222325	\N	15	2026-11-30 21:09:07.58246+00
	{a2}	15ee68b990e0cad9	schema\tpublic\t\t\t0\tcomment\tstandard public schema\towner\tpg_database_owner\tprivileges\t=U/pg_database_owner, pg_database_owner=UC/pg_database_owner, update_keeper=C/pg_database_owner\ntable\tpublic.people\t\t\t0\towner\tpostgres\ntable column\tpublic.people.id\ttable\tpublic.people\t1\tnot null\tyes\ttype\tinteger\ntable column\tpublic.people.later\ttable\tpublic.people\t3\ttype\tpublic.mood\ntable column\tpublic.people.now\ttable\tpublic.people\t2\ttype\tpublic.mood\ntable constraint\tpeople_pkey on public.people\ttable\tpublic.people\t0\tdefinition\tPRIMARY KEY (id)\ntype\tpublic.mood\t\t\t0\tlabels\t'calm', 'angry'\towner\tpostgres\tsort\tenum\n	15	2026-11-30 21:09:07.592325+00
	{a1}	2294d7fb7ce23ddd	\N	15	2026-11-30 21:09:07.590453+00
shop	{}	cbf29ce484222325	\N	15	2026-11-30 21:09:07.596226+00
shop	{s3}	bb03b3862576833a	schema\tshop\t\t\t0\towner\tupdate_keeper\ntable\tshop.item\t\t\t0\towner\tupdate_keeper\ntable\tshop.price\t\t\t0\towner\tupdate_keeper\ntable\tshop.stock\t\t\t0\towner\tupdate_keeper\ntable column\tshop.item.id\ttable\tshop.item\t1\ttype\tinteger\ntable column\tshop.price.id\ttable\tshop.price\t1\ttype\tinteger\ntable column\tshop.stock.id\ttable\tshop.stock\t1\ttype\tinteger\n	15	2026-11-30 21:09:07.598306+00
cell_01	{}	cbf29ce484222325	\N	15	2026-11-30 21:09:07.603571+00
cell_01	{c1}	ee8984b363cb7e12	table\tshop.cell_01_data\t\t\t0\towner\tupdate_keeper\ntable column\tshop.cell_01_data.i\ttable\tshop.cell_01_data\t1\ttype\tinteger\n	15	2026-11-30 21:09:07.604708+00
old	{o1}	cbf29ce484222325	schema\tshop\t\t\t0\towner\tupdate_keeper\n	15	2026-11-30 21:09:07.606653+00
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

