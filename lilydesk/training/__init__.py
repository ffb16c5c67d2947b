"""Training a bundle from Lilylet texts. The only room where torch lives (extra `train`).

Knows the engines' tokenizer and patches, so that training and composing share one layout.
Must not know: app, ui, cli.
"""
