"""备份: database and photos in one file (archive, copying, making), back again (restoring), every night (nightly)."""
