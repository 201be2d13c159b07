"""The SQL database: tables, migrations and one store per port."""
