"""What stands beside an entry: the other outlets that tell its story, and whose dispatch it is."""

from dataclasses import dataclass

from mailer.articles.models import Article, Illustration
from mailer.articles.rights import may_show
from mailer.curation.models import Item
from mailer.pictures.models import Picture


@dataclass(frozen=True, slots=True)
class Beside:
    """The other outlets, each once; whether all carry one dispatch, and of which agency."""

    outlets: tuple[str, ...]
    same_dispatch: bool
    agency: str


def beside(item: Item, article: Article) -> Beside:
    """Of an entry whose own article is `article`; its companions are read with it."""
    companions = list(item.companions.all())
    own = outlet_of(article)
    outlets = dict.fromkeys(outlet_of(one.article) for one in companions)
    outlets.pop(own, None)
    # An agency that only one of the copies names is the agency of all.
    copies = [one for one in companions if one.same_text]
    named = (one.article.agency for one in copies if one.article.agency)
    return Beside(
        outlets=tuple(outlets),
        same_dispatch=bool(copies) and len(copies) == len(companions),
        agency=article.agency or next(named, ""),
    )


def outlet_of(article: Article) -> str:
    """The title readers know it by."""
    return article.outlet or article.source.title


def picture_of_article(item: Item) -> Picture | None:
    """Our copy of the picture of an entry's article, where the entry shows it."""
    return None if item.pictureless else picture_on_offer(item)


def picture_on_offer(item: Item) -> Picture | None:
    """The same, where it may be shown, whether the newsroom leaves it out or not."""
    article = item.article
    if article is None or not item.issue.publication.article_pictures:
        return None
    if not may_show(article.source.rights, lead="", image_url=article.image_url).image_url:
        return None
    known: Illustration | None = getattr(article, "illustration", None)
    return known.picture if known and known.url == article.image_url else None
