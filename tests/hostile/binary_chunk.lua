LJ
-- refusal: load: this is Lua byte code; the source text is expected
