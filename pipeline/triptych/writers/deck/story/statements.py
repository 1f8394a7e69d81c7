"""Find sentences that can be slide titles, as written or shortened at a clause boundary."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from triptych.languages.language_tags import UNSPACED
from triptych.languages.sentences import split_sentences
from triptych.languages.word_tables import SentencePatterns, load_sentence_patterns
from triptych.model import nodes
from triptych.model.nodes import Block, Inline, Style
from triptych.model.walk import plain_text, walk_all

_MIN_WORDS, _MIN_CHARACTERS = 4, 6  # minimum length of a title in words, or in CJK characters
MAX_TITLE_LENGTH, _MAX_UNSPACED_LENGTH = 92, 34  # maximum length of a title in characters (two lines)
_MAX_POINT_LENGTH = 140  # maximum length of a sentence used as a bullet point, in characters
_BRACKETS = {"(": ")", "[": "]", "{": "}", "“": "”", "«": "»", "„": "“", "‘": "’"}
_CLAUSE = re.compile(r"[;；]|\s[–—]\s|—|:\s|：|(?<!\.[A-Z])\.\s(?!\d)")
_TWO_SENTENCES = re.compile(r"\w(?<!\.[A-Z])[.!?]\s+[^\W\d_]")
_GERUND = re.compile(r"\w{3,}ing\b")
_COMMA_CLAUSE = re.compile(r",\s+([^,]+)")
_OPENING_MARKS = "“«„\"'[{`&*#$@/"
_STRAIGHT_QUOTES = str.maketrans("’‘", "''")
_SPACE_BEFORE = re.compile(r"(?<!\s)\s++(?=[.,;:!?](?:\s|$))")
_TITLE_END = " .。．"  # characters removed at the end of titles
_PAUSES = ",;，；"  # punctuation removed before a displayed formula
_STEM_LENGTH = 5  # words with as many equal first letters have the same stem
_QUESTION_MARKS = ("?", "？", "؟")
_NO_STATEMENT = (*_QUESTION_MARKS, "!", "！")
_STOPS = (".", "。", "．")
_UNCLEAR_MARKS = re.compile(r"…|\.\.\.|[:：]\s|\s\[")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?!\w)")
_MIN_COMMON_STEMS = 2  # words that a title and its content have in common
_MIN_SCORE = 1.0  # minimum score of a key sentence
_MAX_PARAGRAPHS = 8  # number of paragraphs at the start of a section that are searched for its key sentence


@dataclass(frozen=True, slots=True)
class BookSentence:
    """A sentence of the book as plain text.

    ``references`` maps the text of each of its cross-references to the target. ``has_defined_term`` is true
    if it contains emphasised or indexed words, and ``is_first`` if it starts a paragraph. ``identifiers``
    are the identifiers in its inline code.
    """

    text: str
    references: Mapping[str, str] = field(default_factory=dict)
    has_defined_term: bool = False
    is_first: bool = False
    identifiers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SlideTopic:
    """The topic of a slide.

    ``label`` is a short caption, or "". ``content`` is the text that the slide shows: code, names of columns,
    alt text. ``identifiers`` are the identifiers in a code listing.
    """

    heading: str = ""
    caption: str = ""
    label: str = ""
    content: str = ""
    identifiers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StatementFinder:
    """Recognises sentences that are statements and make sense without context, in one language."""

    language: str = ""
    words: SentencePatterns = field(default_factory=SentencePatterns)

    @classmethod
    def from_language(cls, language: str) -> StatementFinder:
        """Return a finder with the sentence patterns of a language."""
        return cls(language, load_sentence_patterns(language))

    def iter_sentences(self, block: Block) -> Iterator[BookSentence]:
        """Yield the sentences of a paragraph; other blocks have none."""
        if not isinstance(block, nodes.Paragraph):
            return
        content = tuple(node for node in block.content if not isinstance(node, nodes.Citation))
        text = _SPACE_BEFORE.sub("", plain_text(content))
        references = {
            plain_text((node,)).strip(): node.target.lstrip("#")
            for node in walk_all(content)
            if _is_reference(node)
        }
        marked = tuple(_iter_matching_texts(content, _is_definition_mark))
        coded = [node.text for node in walk_all(content) if isinstance(node, nodes.Code)]
        for index, sentence in enumerate(split_sentences(text, self.language)):
            yield BookSentence(
                text=sentence.strip(),
                references={name: target for name, target in references.items() if name and name in sentence},
                has_defined_term=any(mark in sentence for mark in marked),
                is_first=index == 0,
                identifiers=frozenset(
                    name
                    for code in coded
                    if re.search(rf"(?<!\w){re.escape(code)}(?!\w)", sentence)
                    for name in find_identifiers(code)
                ),
            )

    def is_self_contained(self, sentence: BookSentence) -> bool:
        """Return whether a sentence makes sense without the surrounding sentences."""
        text = _normalise_text(sentence.text)
        remaining_text = text[self._measure_connectives(text) :]
        return not (
            any(name in remaining_text for name in map(_normalise_text, sentence.references))
            or (sentence.is_first and sentence.text[:1].islower() and not sentence.identifiers)
            or text.endswith(_NO_STATEMENT)
            or not (text[:1].isalnum() or text[:1] in _OPENING_MARKS)
            or self.words.dependent_starts.match(remaining_text)
            or self.words.self_references.search(remaining_text)
            or self.words.incomplete_sentences.search(text)
            or self._depends_on_context(text)
        )

    def _depends_on_context(self, lowercase_text: str) -> bool:
        """Return whether a main or subordinate clause starts with a word that refers to earlier text."""
        opener = self.words.subordinate_clauses.match(lowercase_text)
        if opener is None:
            return False
        first = lowercase_text[opener.end() :].split(maxsplit=1)[:1]
        if any(self.words.pronouns.fullmatch(word.strip(",")) for word in first):
            return True
        return bool(self.words.dependent_starts.match(lowercase_text.partition(", ")[2]))

    def is_independent(self, text: str) -> bool:
        """Return whether a title makes sense without the text of the book.

        It names what it is about, has no word such as "therefore" or "it", and ends where its sentence ends.
        In a language without a list of such words, any text is independent.
        """
        if self.words.dangling_words is None:
            return True
        lowercase_text = _normalise_text(text)
        subject, predicate = self._split_subject(lowercase_text)
        return not (
            self.words.dangling_words.search(lowercase_text)
            or self.words.dependent_starts.match(lowercase_text)
            or self.words.self_references.search(lowercase_text)
            or self.words.open_ends.search(lowercase_text)
            or self._has_pronoun_without_noun(lowercase_text)
            or not predicate
            or self.words.bare_subjects.fullmatch(subject)
            or self.words.introductory_words.match(lowercase_text)
            or _UNCLEAR_MARKS.search(text)
        )

    def _has_pronoun_without_noun(self, lowercase_text: str) -> bool:
        """Return whether a pronoun may refer to another sentence.

        A possessive pronoun refers to the subject, unless its verb is passive. Any other pronoun needs a
        clause of the same sentence before it. The noun after the determiner "that" must have occurred before.
        """
        for pronoun in self.words.third_person.finditer(lowercase_text):
            before = lowercase_text[: pronoun.start()]
            if "," in before or self.words.clause_links.search(before):
                continue
            predicate = self._split_subject(before)[1]
            is_possessive = self.words.possessives.fullmatch(pronoun.group())
            if not (is_possessive and predicate) or self.words.passive_verbs.match(predicate):
                return True
        return self._has_unexplained_that(lowercase_text)

    def _has_unexplained_that(self, lowercase_text: str) -> bool:
        """Return whether the noun after a determiner "that" is missing before it."""
        verbs = self.words.verbs
        if verbs is None:
            return False
        for match in self.words.demonstratives.finditer(lowercase_text):
            words = (match[1], match[2] or "")
            is_clause = any(verbs.fullmatch(word) or word.endswith(("s", "ed")) for word in words)
            if not is_clause and not count_common_stems(match[1], lowercase_text[: match.start()]):
                return True
        return False

    def is_about(self, text: str, identifiers: frozenset[str], topic: SlideTopic) -> bool:
        """Return whether a sentence is about the content of a slide, and does not contradict it.

        All its identifiers and numbers are in the content. The content has one of the identifiers, or else
        two other words of the sentence. The subject has a word of the heading or of the content.
        """
        identifiers &= frozenset(_list_tokens(text))
        content = f"{topic.content} {topic.caption}"
        names = find_identifiers(content) | topic.identifiers
        if not identifiers <= names or not set(_NUMBER.findall(text)) <= set(_NUMBER.findall(content)):
            return False
        subject, _ = self._split_subject(_normalise_text(text))
        common = count_common_stems(_split_names(text), _split_names(content))
        is_grounded = count_common_stems(subject, _split_names(f"{topic.heading} {content}")) > 0
        is_named = any(name.lower() in _list_tokens(subject) for name in identifiers)
        return (bool(identifiers) or common >= _MIN_COMMON_STEMS) and (is_named or is_grounded)

    def is_list_introduction(self, text: str, count: int) -> bool:
        """Return whether a sentence can be the title of a list with ``count`` items."""
        numbers = set(self.words.counts.findall(_normalise_text(text))) if self.words.counts else set()
        return (
            self.can_write_titles
            and self._is_suitable_title(text)
            and self.is_statement(text)
            and self.is_self_contained(BookSentence(text))
            and self.is_independent(text)
            and all(self.words.count_values.get(number) == count for number in numbers)
        )

    def is_clear_point(self, text: str) -> bool:
        """Return whether a bullet point of a list makes sense without the text around the list."""
        lowercase_text = _normalise_text(text)
        dangling_words = self.words.dangling_words
        return not (
            (dangling_words is not None and dangling_words.search(lowercase_text))
            or self.words.self_references.search(lowercase_text)
            or self.words.open_ends.search(lowercase_text)
            or self._has_pronoun_without_noun(lowercase_text)
        )

    def is_complete(self, text: str) -> bool:
        """Return whether text has the length of a title and no word that refers to other sentences."""
        dangling_words, lowercase_text = self.words.dangling_words, _normalise_text(text)
        refers = (
            self.words.dependent_starts.match(lowercase_text)
            or self.words.open_ends.search(lowercase_text)
            or (dangling_words is not None and dangling_words.search(lowercase_text))
        )
        fits = self._is_long_enough(text) and len(text) <= MAX_TITLE_LENGTH
        return fits and not refers and not _UNCLEAR_MARKS.search(text)

    @property
    def can_write_titles(self) -> bool:
        """Whether titles are made from the text, which needs the language's list of dangling words."""
        return self.words.dangling_words is not None

    def _split_subject(self, lowercase_text: str) -> tuple[str, str]:
        """Split a sentence before its first finite verb; without a verb, the second part is ""."""
        verbs = self.words.verbs.finditer(lowercase_text) if self.words.verbs else ()
        starts = (match.start() for match in verbs)
        after_subject = (
            start for start in starts if start and not self.words.noun_markers.search(lowercase_text[:start])
        )
        first = next(after_subject, len(lowercase_text))
        return lowercase_text[:first].rstrip(), lowercase_text[first:]

    def is_statement(self, text: str) -> bool:
        """Return whether text has a finite verb; always true for languages without a list of verbs."""
        lowercase_text = _normalise_text(text)
        if self.words.verbs is None:
            return True
        is_gerund = _GERUND.match(lowercase_text) and not self.words.verbs.match(lowercase_text)
        verbs = self.words.verbs_after_gerunds if is_gerund else self.words.verbs
        return self._has_main_verb(lowercase_text, verbs)

    def _has_main_verb(self, lowercase_text: str, verbs: re.Pattern[str]) -> bool:
        """Return whether text has a finite verb outside its subordinate clauses.

        The first verb after a word such as "which" belongs to the clause of that word. If a sentence starts
        with a clause or an adverbial, its main clause follows the comma.
        """
        if self.words.subordinate_clauses.match(lowercase_text):
            lowercase_text = lowercase_text.partition(", ")[2] or lowercase_text
        lowercase_text = _COMMA_CLAUSE.sub(self._drop_comma_clause, lowercase_text)
        openers = [match.end() for match in self.words.clause_openers.finditer(lowercase_text)]
        auxiliary_end = -1
        for match in verbs.finditer(lowercase_text):
            before = lowercase_text[: match.start()]
            # "can" and "keep" are one verb in "can keep".
            is_continued = auxiliary_end >= 0 and not before[auxiliary_end:].strip()
            auxiliary_end = match.end() if self.words.auxiliaries.fullmatch(match.group()) else -1
            if not before or is_continued or self.words.noun_markers.search(before):
                continue
            if self._ends_in_you_clause(before) or self._is_noun(match, lowercase_text):
                continue
            opened = [end for end in openers if end <= match.start()]
            if not opened:
                return True
            openers.remove(opened[-1])
        return False

    def _is_noun(self, verb: re.Match[str], lowercase_text: str) -> bool:
        """Return whether a word that looks like a verb is a noun, such as "maps" in "maps of cities"."""
        is_ambiguous = self.words.ambiguous_nouns.fullmatch(verb.group())
        return bool(is_ambiguous and self.words.noun_complements.match(lowercase_text, verb.end()))

    def _drop_comma_clause(self, match: re.Match[str]) -> str:
        """Return the text of a match, or "" if it is a subordinate clause."""
        return "" if self.words.clause_openers.match(match[1]) else match[0]

    def _ends_in_you_clause(self, lowercase_text: str) -> bool:
        """Return whether text ends like "the types you": the following verb belongs to a relative clause."""
        match = self.words.you_clauses.search(lowercase_text)
        return match is not None and not self.words.clause_links.match(match.group())

    def is_exercise_heading(self, heading: str) -> bool:
        """Return whether a heading starts exercises or a similar section, which talks omit."""
        return _has_leading_word(heading, self.words.practice_headings)

    def is_exercise_section(self, headings: Iterable[str]) -> bool:
        """Return whether one of the headings above a section starts exercises or a similar section."""
        return any(map(self.is_exercise_heading, headings))

    def is_question(self, text: str) -> bool:
        """Return whether text ends or starts as a question does, such as "Why people help"."""
        return text.endswith(_QUESTION_MARKS) or bool(self.words.question_words.match(_normalise_text(text)))

    def is_conclusion_heading(self, heading: str) -> bool:
        """Return whether a heading starts a conclusion or summary."""
        return _has_leading_word(heading, self.words.summary_headings)

    def make_title(self, sentence: BookSentence) -> str:
        """Convert a sentence to a title, if necessary shortened at a clause boundary, or return ""."""
        if not self.is_self_contained(sentence):
            return ""
        text = self._drop_connectives(sentence).rstrip(_TITLE_END + _PAUSES + ":：")
        is_weak = self.can_write_titles and self.words.weak_sentences.search(_normalise_text(text))
        if is_weak or self._continues_in_formula(sentence, text) or not self.is_independent(text):
            return ""
        if self._is_suitable_title(text):
            return text if self.is_statement(text) else ""
        clause_ends = sorted(self._iter_clause_ends(text), reverse=True)
        beginnings = (text[:end].rstrip(_TITLE_END + ",;:–—") for end in clause_ends)
        suitable_titles = (
            candidate
            for candidate in beginnings
            if self._is_suitable_title(candidate)
            and not self._ends_in_new_clause(candidate)
            and self.is_independent(candidate)
        )
        return next((candidate for candidate in suitable_titles if self.is_statement(candidate)), "")

    def make_bullet_point(self, sentence: BookSentence, *, is_lead_in: bool = False) -> str:
        """Convert a sentence to a bullet point; return "" if it depends on its context or is too long.

        The colon of a lead-in is removed, since the content after it follows the point.
        """
        text = self._drop_connectives(sentence).rstrip(_TITLE_END + _PAUSES)
        if is_lead_in:
            text = text.rstrip(":：")
        is_complete = not text.endswith((":", "：")) and not self._continues_in_formula(sentence, text)
        is_suitable = len(text) <= _MAX_POINT_LENGTH and is_complete and self._is_long_enough(text)
        return (
            text
            if is_suitable
            and self.is_self_contained(sentence)
            and self.is_independent(text)
            and self.is_statement(text)
            and not _is_within_brackets(text, len(text))
            else ""
        )

    def _continues_in_formula(self, sentence: BookSentence, text: str) -> bool:
        """Return whether a sentence is incomplete without the following displayed formula."""
        stopped = sentence.text.endswith(_STOPS)
        return not stopped and bool(self.words.incomplete_sentences.search(f"{_normalise_text(text)}:"))

    def _drop_connectives(self, sentence: BookSentence) -> str:
        """Return a sentence as plain text, without the words that connect it to the previous sentence."""
        text = sentence.text[self._measure_connectives(_normalise_text(sentence.text)) :]
        starts_with_identifier = (
            text.split(maxsplit=1)[0].strip(",") in sentence.identifiers if text else True
        )
        return text if starts_with_identifier or text == sentence.text else text[:1].upper() + text[1:]

    def score_sentence(self, sentence: BookSentence, topic: SlideTopic) -> float:
        """Return a sentence's relevance to a topic, based on common words, identifiers and its position."""
        score = 1.0 * min(count_common_stems(sentence.text, topic.heading), 2)
        score += 1.0 * min(count_common_stems(sentence.text, topic.caption), 3)
        score += 0.8 * min(len(sentence.identifiers & topic.identifiers), 2)
        score += 1.2 * sentence.has_defined_term + 0.5 * sentence.is_first
        return score - 1.2 * bool(self.words.weak_sentences.search(_normalise_text(sentence.text)))

    def _measure_connectives(self, lowercase_text: str) -> int:
        """Return the length of the words before the statement of a sentence, in characters.

        They connect it to the previous sentence, or say that a figure shows it.
        """
        length = 0
        while opener := self.words.introductory_phrases.match(lowercase_text, length):
            length = opener.end()
        report = self.words.reporting_phrases.match(lowercase_text, length)
        return report.end() if report else length

    def _ends_in_new_clause(self, text: str) -> bool:
        """Return whether text ends with a conjunction that should start a new clause."""
        lowercase_text = _normalise_text(text)
        return any(
            match.end() >= len(lowercase_text)
            for match in self.words.droppable_clauses.finditer(lowercase_text)
        )

    def _iter_clause_ends(self, text: str) -> Iterator[int]:
        """Yield the positions where a title may end: clause boundaries outside brackets and quotations."""
        lowercase_text = _normalise_text(text)
        for match in _CLAUSE.finditer(text):
            if not _is_within_brackets(text, match.start()):
                yield match.start()
        if self.words.subordinate_clauses.match(lowercase_text):
            return
        for match in self.words.droppable_clauses.finditer(lowercase_text):
            # After a comma, the conjunction may be part of an enumeration, or precede the main verb.
            if not _is_within_brackets(text, match.start()) and "," not in text[: match.start()]:
                yield match.start()

    def _is_suitable_title(self, text: str) -> bool:
        unspaced = len(re.findall(f"[{UNSPACED}]", text))
        if unspaced > len(text) / 2:
            return _MIN_CHARACTERS <= len(text) <= _MAX_UNSPACED_LENGTH
        if _TWO_SENTENCES.search(text):
            return False
        is_complete = len(text.split()) >= _MIN_WORDS and not _is_within_brackets(text, len(text))
        return is_complete and len(text) <= MAX_TITLE_LENGTH

    def _find_best_sentence(
        self, blocks: Sequence[Block], heading: str, convert: Callable[[BookSentence], str], min_score: float
    ) -> str:
        """Return the sentence most relevant to a heading, converted by ``convert``.

        Earlier sentences are preferred. Return "" if no sentence that can be converted scores above
        ``min_score``.
        """
        topic, best = SlideTopic(heading), ""
        paragraphs = [block for block in blocks if isinstance(block, nodes.Paragraph)]
        for number, paragraph in enumerate(paragraphs[:_MAX_PARAGRAPHS]):
            for index, sentence in enumerate(self.iter_sentences(paragraph)):
                score = self.score_sentence(sentence, topic) - 0.3 * number - 0.2 * index
                if score <= min_score or not self._is_general(sentence, heading):
                    continue
                if text := convert(sentence):
                    best, min_score = text, score
        return best

    def _is_general(self, sentence: BookSentence, heading: str) -> bool:
        """Return whether a sentence says much about its subject and is not about an example.

        The heading has one of its identifiers if there are any, and all words of a definite subject.
        """
        if sentence.identifiers and not sentence.identifiers & find_identifiers(heading):
            return False
        text = _normalise_text(sentence.text[self._measure_connectives(_normalise_text(sentence.text)) :])
        if self.can_write_titles and self.words.weak_sentences.search(text):
            return False
        if not self.words.definite_articles.match(text):
            return True
        subject = _list_stems(self._split_subject(text)[0])
        return bool(subject) and subject <= _list_stems(heading)

    def find_message(self, blocks: Sequence[Block], heading: str, min_score: float = 0.5) -> str:
        """Return the sentence that is most relevant to a heading, as a bullet point, or "".

        A sentence that has neither a word of the heading nor a defined term is not relevant.
        """
        return self._find_best_sentence(blocks, heading, self.make_bullet_point, min_score)

    def find_key_sentence(self, blocks: Sequence[Block], heading: str) -> str:
        """Return the sentence of a section that is very relevant to its heading, as a bullet point, or ""."""
        return self.find_message(blocks, heading, _MIN_SCORE)

    def get_first_sentence(self, content: tuple[Inline, ...]) -> str:
        """Return the first sentence of inlines as plain text."""
        return next(iter(split_sentences(plain_text(content), self.language)), "").strip()

    def _is_long_enough(self, text: str) -> bool:
        return len(text.split()) >= _MIN_WORDS or len(re.findall(f"[{UNSPACED}]", text)) >= _MIN_CHARACTERS


def _normalise_text(text: str) -> str:
    return text.translate(_STRAIGHT_QUOTES).lower()


def _has_leading_word(heading: str, words: re.Pattern[str]) -> bool:
    """Return whether a heading starts with one of ``words`` and continues with punctuation or ends there."""
    lowercase_heading = heading.strip().lower()
    match = words.match(lowercase_heading)
    return match is not None and not lowercase_heading[match.end() :].strip()[:1].isalnum()


def _is_within_brackets(text: str, index: int) -> bool:
    """Return whether the character at ``index`` in ``text`` is inside brackets or quotation marks."""
    open_: list[str] = []
    for sign in text[:index]:
        if open_ and sign == open_[-1]:
            open_.pop()
        elif sign in _BRACKETS:
            open_.append(_BRACKETS[sign])
    return bool(open_)


def _is_reference(node: object) -> bool:
    return isinstance(node, nodes.Reference) or (isinstance(node, nodes.Link) and node.target.startswith("#"))


def _is_definition_mark(node: object) -> bool:
    """Return whether an inline is emphasised, or marked as a term or index entry."""
    if isinstance(node, nodes.Styled):
        return node.style in (Style.STRONG, Style.EMPHASIS)
    return isinstance(node, nodes.Phrase) and (node.attr.has("term") or node.attr.has("index"))


def _iter_matching_texts(content: Iterable[Inline], test: Callable[[object], bool]) -> Iterator[str]:
    for node in walk_all(tuple(content)):
        if test(node) and (text := plain_text((node,)).strip()):
            yield text


def find_identifiers(code: str) -> frozenset[str]:
    """Return the identifiers in source code."""
    return frozenset(re.findall(r"[^\W\d]\w*", code))


def _split_names(text: str) -> str:
    """Return text with the words in names such as ``first_word`` and ``firstWord`` separated."""
    return re.sub(r"_+|(?<=[a-z])(?=[A-Z])", " ", text)


def _list_tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def count_common_stems(text: str, heading: str) -> int:
    """Return the number of word stems that occur both in a text and in a heading."""
    return len(_list_stems(text) & _list_stems(heading))


def _list_stems(text: str) -> set[str]:
    return {word.rstrip("s")[:_STEM_LENGTH] for word in _list_words(text)}


def _list_words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text.casefold()) if len(word) > 3 or word.isupper()]
