"""Report: a results document, declared figures and their curves -> one page, tables and drawings."""
