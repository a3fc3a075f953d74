"""Article in, sentences and suggestion out: a spaCy pipeline of rules, or any other one."""
