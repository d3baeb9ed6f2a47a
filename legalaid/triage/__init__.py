"""Plain words to topics: a ranker without tables, which knows when it does not know.

`statements/` are ways people say it, written for this product, a file for each hand that wrote; `training` makes the
weights of `model/` of them (`legalaid triage train`); `ranker` reads the weights. Words alone work everywhere; with the
extra `triage` sentence embeddings join in (decision 0019). Nothing here touches the database or the network.
"""
