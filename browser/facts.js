// What a page looks like, once every fold is open: read by test_pages.py.
() => {
  document.querySelectorAll("details").forEach((fold) => { fold.open = true; });
  const MATHML = "http://www.w3.org/1998/Math/MathML";
  const said = (element) => `${element.localName} ${element.className || ""}: ${(element.textContent || "").trim().slice(0, 60)}`;
  const every = (selector, wanted) => [...document.querySelectorAll(selector)].filter(wanted ?? (() => true)).map(said);

  const numbers = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = numbers(colour).slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor, parts = numbers(colour);
      if (parts.length < 4 || parts[3] > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const opacity = (element) => (element ? Number(getComputedStyle(element).opacity) * opacity(element.parentElement) : 1);
  const pale = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest("[aria-hidden=true], .away, .skip") || !element.getClientRects().length) continue;
    const style = getComputedStyle(element), size = parseFloat(style.fontSize);
    if (size === 0) continue;
    const [light, dark] = [luminance(style.color), luminance(ground(element))].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (large ? 3 : 4.5) || opacity(element) < 1) pale.push(`${contrast.toFixed(2)} ${said(element)}`);
  }

  const focusable = "a[href], summary, [tabindex='0']";
  const scrolls = (element) => element.scrollWidth > element.clientWidth + 1
    && ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  const page = document.documentElement;
  return {
    overflow: page.scrollWidth - page.clientWidth,
    unreachable: every("body *", (e) => scrolls(e) && e.tabIndex < 0 && !e.querySelector(focusable)),
    formulas: document.querySelectorAll("math").length,
    broken: [
      ...every("merror, .unset, math *", (e) => e.localName === "merror" || e.className === "unset" || e.namespaceURI !== MATHML),
      ...every("math *", (e) => e.children.length === 0 && /^\\[A-Za-z]+$/.test(e.textContent) && e.localName !== "mtext"),
      ...every("math", (e) => e.getClientRects().length > 0 && e.getBoundingClientRect().width === 0),
    ],
    images: every("img", (e) => !e.alt || !e.complete || e.naturalWidth === 0),
    jumps: every("[tabindex]", (e) => e.tabIndex > 0),
    unnamed: [
      ...every("nav", (e) => !e.getAttribute("aria-label")),
      ...every("a[href], summary", (e) => !e.textContent.trim()),
    ],
    landmarks: ["header", "nav", "main", "footer"].map((name) => document.querySelectorAll(name).length > 0),
    ids: [...document.querySelectorAll("[id]")].map((e) => e.id),
    links: [...document.querySelectorAll("a[href]")].map((e) => e.href),
    pale,
  };
}
