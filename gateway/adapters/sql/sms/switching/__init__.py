"""Which channel MTs take: how channels stand, and on which network subscribers are."""
