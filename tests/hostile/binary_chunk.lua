LJ
-- refusal: load: attempt to load chunk with wrong mode
