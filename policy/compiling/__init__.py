"""The law compiled for where the data is: which tables, which columns, which statement."""
