"""Where a publication puts an article: by its first rule that fits, else by its source's place."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailer.articles.models import Article
from mailer.curation.models import Publication, Rule
from mailer.curation.rules import Fact, RuleOf, first_fitting


@dataclass(slots=True)
class Filer:
    """The rules and places of a publication, read once for many articles.

    `tired` collects the rules whose pattern took too long: they are passed over from then on.
    """

    rules: list[RuleOf]
    places: Mapping[int, int]
    tired: set[int] = field(default_factory=set)

    def section(self, article: Article) -> int | None:
        """The section's id; None for an article that stays out, or whose source has no place."""
        place = self.places.get(article.source_id)
        if place is None or not self.rules:
            return place
        rule = first_fitting(self.rules, _fact(article), self.tired)
        return place if rule is None else rule.section


def filer(publication: Publication) -> Filer:
    """The filer of a publication; rules that were found too slow rest."""
    rules = [
        RuleOf(rule.pk, rule.kind, rule.words, rule.source_id, rule.language, rule.section_id)
        for rule in Rule.objects.filter(publication=publication, error__isnull=True)
    ]
    return Filer(rules, dict(publication.placements.values_list("source_id", "section_id")))


def _fact(article: Article) -> Fact:
    return Fact(
        source=article.source_id,
        language=article.language,
        categories=tuple(map(str, article.categories)),
        text=f"{article.title}\n{article.lead}",
    )
