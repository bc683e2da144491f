\echo Use "CREATE EXTENSION migrate" to load this file. \quit

