"""导入志愿者 from a spreadsheet: read it (sheet), make sense of its rows (rows), look, then write (writing)."""
