"""Writes demo.svg: the running estimate out of a demo report, with plain colours that read on white and on dark.

    lambdahat demo --out run
    python3 docs/figures/demo.py run/report.html docs/figures/demo.svg
"""
import re
import sys

STYLE = """
text { font: 13px sans-serif; fill: #76797d; }
.y.tick { text-anchor: end; }
.x { text-anchor: middle; }
path { fill: none; }
.grid { stroke: #76797d; stroke-opacity: .25; }
.axis { stroke: #76797d; }
.series { stroke: #2f7fc1; stroke-width: 1.8; }
.spread { fill: #2f7fc1; fill-opacity: .25; }
.exact { stroke: #c8601a; stroke-width: 1.8; stroke-dasharray: 7 4; }
"""
LEGEND_HEIGHT = 24

report, figure = sys.argv[1:]
page = open(report, encoding="utf-8").read()
chart = re.search(r'<figure id="figure-running".*?(<svg.*?</svg>)', page, re.S).group(1)
exact = re.search(r"exact λ = [0-9.]+ \(global\)", page).group(0)
width, height = map(float, re.search(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', chart).groups())
head, body = re.match(r"(<svg[^>]*>)(.*)</svg>", chart, re.S).groups()
head = re.sub(r'viewBox="[^"]*"', f'width="{width * 1.4:.0f}" viewBox="0 {-LEGEND_HEIGHT} {width:g} {height + LEGEND_HEIGHT:g}"', head)
y = 14 - LEGEND_HEIGHT
legend = (
    f'<path class="series" d="M26 {y - 4}h22"/><text x="54" y="{y}">λ̂ of all chains ± 2 standard errors</text>\n'
    f'<path class="exact" d="M296 {y - 4}h22"/><text x="324" y="{y}">{exact}</text>'
)
with open(figure, "w", encoding="utf-8", newline="\n") as out:
    out.write(f"{head}\n<style>{STYLE}</style>\n{legend}{body}</svg>\n")
