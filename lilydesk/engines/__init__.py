"""Text or ids in, text or ids out: tokenizer, patches, sampling, cache, session, bundle."""
