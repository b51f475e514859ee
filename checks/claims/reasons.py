"""Why an assumption has no witness: the reasons that recur."""

__all__ = ["ABSENT", "EXTENDS", "NEGATIVE_RATE", "NORM", "NO_EMBEDDING", "STRUCTURE"]

NO_EMBEDDING = "A token outside 1..K has no embedding: without this the layer is not defined."
STRUCTURE = "It only says what the name stands for: without it the statement has no meaning."
NORM = "Entries that are not positive are no chain; this keeps the norm of a law positive."
EXTENDS = "It names the tokens that follow; a history that does not exist has no law."
NEGATIVE_RATE = "A negative rho asks for P_ib < 0, which P > 0 excludes."
ABSENT = "It keeps the norm of a law positive; a token that is absent stays so, and adds nothing."
