"""导入旧台账: a file of old cases is read (source, columns, rows), looked at, written (writing, running)."""
