from builder.annotate.remembered import Remembered


def test_a_word_is_asked_about_once_until_there_are_too_many() -> None:
    asked: list[str] = []

    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    known = Remembered(length, most=2)
    assert [known[word] for word in ("one", "one", "three", "one")] == [3, 3, 5, 3]
    assert asked == ["one", "three"]
    assert [known[word] for word in ("seven", "one")] == [5, 3]
    assert asked == ["one", "three", "seven", "one"]
