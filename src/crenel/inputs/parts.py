"""What the parts of the file format have in common: unknown keys are refused, and so is a word that is not of a few."""

from pydantic import BaseModel, ConfigDict, PlainValidator, WithJsonSchema

from crenel.inputs.errors import TextError, did_you_mean, quoted


class Part(BaseModel):
    """A group of keys: unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def one_of(*words: str) -> tuple[PlainValidator, WithJsonSchema]:
    """A field that is one of a few words."""

    def read(written: object) -> str:
        if isinstance(written, str) and written.strip() in words:
            return written.strip()
        shown = quoted(written) if isinstance(written, str) else "that"
        found = did_you_mean(written, words) if isinstance(written, str) else f"Known are: {', '.join(words)}."
        remedy = found if found.startswith("Known") else f"{found} Known are: {', '.join(words)}."
        raise TextError(f"wants one of a few words, not {shown}", remedy=remedy)

    return PlainValidator(read), WithJsonSchema({"enum": list(words)})
