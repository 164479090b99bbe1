"""What the whole service is measured with: a data folder, a query log, the bare endpoint, and wrk."""
