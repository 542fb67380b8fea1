"""Whatever text arrives: an address has one fetchable form and one key, and what is none is refused."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.core.errors import BadUrl
from pipeline.core.urls import absolute, authority_of, fetchable, host_of, registrable_domain, url_key, without_login

hosts = st.sampled_from(
    ["news.example", "www.news.example", "m.www.amp.example", "m.github.io", "bücher.example", "[::1]", "192.0.2.7",
     "news.example:8080", "news.example:443", "me:secret@news.example", "www.google.com", "a-b.cdn.ampproject.org"]
)  # fmt: skip
segments = st.one_of(
    st.sampled_from(
        ["amp", "index.html", "", ".", "..", "%2e%2e", "the-mayor-resigns", "a.amp", "x.amp.html", "2026", "02", "s",
         "c", "www.news.example", "https:", "%7Ea", "a%2Fb", "ä ö"]
    ),
    st.text(max_size=6),
)  # fmt: skip
parameters = st.one_of(
    st.sampled_from(
        ["utm_source=x", "amp", "amp=1", "a=1", "a=1&amp;b=2", "ref=rss", "b=%20", "b=+", "&", "amp;amp;c=1"]
    ),
    st.text(max_size=6),
)
urls = st.builds(
    lambda scheme, host, path, query, fragment: f"{scheme}://{host}/{'/'.join(path)}?{'&'.join(query)}{fragment}",
    st.sampled_from(["http", "https", "HTTPS"]),
    hosts,
    st.lists(segments, max_size=5),
    st.lists(parameters, max_size=4),
    st.sampled_from(["", "#", "#top", "#!/story/7", "#!ä"]),
)
texts = st.one_of(urls, st.text(max_size=60))


@given(texts)
def test_a_fetchable_address_is_its_own_fetchable_form(text: str) -> None:
    try:
        dialled = fetchable(text)
    except BadUrl:
        return
    assert fetchable(dialled) == dialled
    assert dialled.isascii()
    assert "#" not in dialled
    assert host_of(dialled) in authority_of(dialled)


@given(texts)
@example("http://news.example:443/a")
@example("https://www.google.com/amp/s/www.google.com/amp/s/news.example/a")
@example("https://news.example/index.html/amp")
@example("https://news.example/%2e%2e/index.html/index.html/")
def test_a_key_of_a_key_is_the_key(text: str) -> None:
    try:
        key = url_key(text)
    except BadUrl:
        return
    assert url_key(key) == key


@given(urls)
def test_the_fetchable_form_has_the_key_of_the_address(url: str) -> None:
    try:
        dialled = fetchable(url)
    except BadUrl:
        return
    assert url_key(dialled) == url_key(url).partition("#")[0]


@given(texts, texts)
def test_a_link_is_fetchable_without_login_or_nothing(base: str, href: str) -> None:
    link = absolute(base, href)
    if link is not None:
        assert fetchable(link)
        assert "@" not in link.partition("://")[2].partition("/")[0]


@given(st.text(max_size=60))
def test_taking_out_a_login_never_fails(text: str) -> None:
    assert len(without_login(text)) <= len(text)


@given(st.lists(st.sampled_from(["news", "www", "example", "co", "uk", "github", "io", "blogspot", "com"]), min_size=1))
def test_a_domain_is_the_end_of_its_host_and_its_own_domain(labels: list[str]) -> None:
    host = ".".join(labels)
    domain = registrable_domain(host)
    assert f".{host}".endswith(f".{domain}")
    assert registrable_domain(domain) == domain
