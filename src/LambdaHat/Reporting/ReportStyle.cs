namespace LambdaHat.Reporting;

/// <summary>The page's style sheet.</summary>
internal static class ReportStyle
{
    /// <summary>Colours as variables for both colour schemes, the page's layout, and the classes that charts use.</summary>
    public const string Sheet = """
        :root {
          color-scheme: light dark;
          --paper: #ffffff; --raised: #f6f7f8; --ink: #1b1f24; --soft: #57606a; --line: #d5d9de; --grid: #e6e9ec;
          --burn-in: #8a949e; --advised: #2f8f5b; --good: #1d6f42; --good-paper: #e8f5ed; --open: #8a5a00; --open-paper: #fff6e0; --bad: #b3261e; --bad-paper: #fdeceb;
          --chain-1: #0069a8; --chain-2: #d1570b; --chain-3: #078a63; --chain-4: #b0508a;
          --chain-5: #a67300; --chain-6: #7356a8; --chain-7: #8a6a55; --chain-8: #65720a;
        }
        @media screen and (prefers-color-scheme: dark) {
          :root {
            --paper: #14171a; --raised: #1c2024; --ink: #e6e9ec; --soft: #a3acb5; --line: #3a4148; --grid: #2a3036;
            --burn-in: #8a949e; --advised: #58c48a; --good: #6fd39b; --good-paper: #17291f; --open: #f0c36a; --open-paper: #2e2715; --bad: #ff9a92; --bad-paper: #3a1d1b;
            --chain-1: #5aa9e6; --chain-2: #f28f4f; --chain-3: #43c59e; --chain-4: #e793c3;
            --chain-5: #e2b545; --chain-6: #b79ae8; --chain-7: #c7a590; --chain-8: #b8c54e;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        main { max-width: 1080px; margin: 0 auto; padding: 24px 16px 64px; }
        h1 { text-wrap: balance; }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 4px; font-weight: 650; }
        h2 { font-size: 1.2rem; margin: 40px 0 12px; font-weight: 650; }
        h3 { font-size: 1rem; margin: 16px 0 4px; font-weight: 650; }
        p { margin: 0 0 12px; }
        small, .under, .note, figcaption { color: var(--soft); font-size: .875rem; }
        small { font-weight: 400; }
        #meaning p, #meaning ul { max-width: 46em; }
        #meaning ul { padding-left: 1.2em; }
        #meaning sup, #meaning sub { line-height: 0; }
        .result { margin: 20px 0; padding: 16px 20px; background: var(--raised); border: 1px solid var(--line); border-radius: 10px; }
        .hero { font-size: clamp(2rem, 9vw, 3.25rem); line-height: 1.15; margin: 0; font-weight: 650; }
        .hero .symbol, .hero .error { color: var(--soft); font-weight: 400; }
        .verdict { margin: 12px 0 0; padding: 8px 12px; border-left: 4px solid; border-radius: 4px; }
        .verdict.good { border-color: var(--good); background: var(--good-paper); }
        .verdict.open { border-color: var(--open); background: var(--open-paper); }
        .verdict.bad { border-color: var(--bad); background: var(--bad-paper); }
        .verdict.good strong { color: var(--good); }
        .verdict.open strong { color: var(--open); }
        .verdict.bad strong { color: var(--bad); }
        .verdict strong { margin-right: .4em; }
        .reasons { margin: 8px 0 0; padding-left: 1.2em; }
        .numbers { display: grid; grid-template-columns: repeat(auto-fill, minmax(140px, 1fr)); gap: 12px 16px; margin: 20px 0 0; }
        .numbers dt { color: var(--soft); font-size: .8125rem; line-height: 1.3; }
        .numbers dd { margin: 2px 0 0; font-weight: 600; font-size: 1.0625rem; }
        .scroll { overflow-x: auto; overflow-wrap: normal; border: 1px solid var(--line); border-radius: 8px; }
        table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
        th, td { padding: 8px 12px; text-align: right; border-top: 1px solid var(--grid); vertical-align: baseline; white-space: nowrap; }
        tbody th { text-align: left; font-weight: 500; }
        thead th { color: var(--soft); font-size: .8125rem; font-weight: 500; border-top: 0; vertical-align: bottom; line-height: 1.3; white-space: normal; }
        thead th:first-child, .words { text-align: left; }
        tbody:first-child tr:first-child > * { border-top: 0; }
        #comparison th small, #evidence th small { display: block; line-height: 1.3; white-space: normal; min-width: 9em; }
        #evidence tbody th { white-space: normal; }
        #options td.words { white-space: normal; overflow-wrap: anywhere; min-width: 9em; }
        table.texts td, table.texts th { white-space: normal; }
        #options th { white-space: normal; width: 45%; }
        tr.diverged td { color: var(--soft); }
        tr.diverged td.words { color: var(--bad); font-weight: 500; }
        .facts { display: grid; gap: 6px; margin: 12px 0 0; }
        .facts div { display: grid; grid-template-columns: minmax(5em, 8em) 1fr; gap: 12px; }
        .facts dt { color: var(--soft); }
        .facts dd { margin: 0; }
        pre { margin: 0; padding: 12px 16px; background: var(--raised); border: 1px solid var(--line); border-radius: 8px; white-space: pre-wrap; font-size: .875rem; }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 32px 40px; }
        figure { margin: 0; min-width: 0; max-width: 720px; display: flex; flex-direction: column; break-inside: avoid; }
        figure h3 { margin: 0 0 4px; }
        figcaption { margin-top: 8px; line-height: 1.45; }
        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 0 0 10px; padding: 0; font-size: .8125rem; }
        .swatch { display: inline-block; width: 22px; margin-right: 6px; vertical-align: .25em; border: 0 solid var(--c); }
        .swatch.line { border-top-width: 3px; }
        .swatch.box { height: 11px; vertical-align: -.05em; border-width: 1px; background: color-mix(in srgb, var(--c) 28%, transparent); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        .swatch.exact { border-top-style: dashed; }
        .swatch.exact.local { border-top-style: dotted; }
        .chart { display: block; width: 100%; height: auto; }
        .chart text { font-size: 13.5px; fill: var(--soft); font-family: inherit; font-variant-numeric: tabular-nums; }
        .chart .tick.y { text-anchor: end; }
        .chart .tick.x, .chart .label.x, .chart .remark { text-anchor: middle; }
        .chart .label, .chart .remark { fill: var(--ink); }
        .chart path { fill: none; vector-effect: non-scaling-stroke; }
        .chart .grid { stroke: var(--grid); }
        .chart .axis { stroke: var(--soft); }
        .chart .series { stroke: var(--c); stroke-width: 1.6; stroke-linejoin: round; }
        .chart .spread { fill: var(--c); fill-opacity: .16; }
        .chart .spread.faint { fill-opacity: .05; }
        .chart .exact { stroke: var(--c); stroke-width: 1.8; stroke-dasharray: 7 4; }
        .chart .exact.local { stroke-dasharray: 2 4; stroke-linecap: round; stroke-width: 2.4; }
        .swatch.dashed { border-top-style: dashed; border-top-width: 2px; }
        .chart .dashed { stroke: var(--c); stroke-width: 1.4; stroke-dasharray: 5 4; }
        .chart .flat { stroke: var(--c); stroke-width: 9; stroke-opacity: .22; }
        .chart .mark { stroke: var(--c); stroke-width: 1.6; fill: var(--paper); }
        .chart .mark.converged { fill: var(--c); }
        .chart .burn-in { fill: var(--c); fill-opacity: .13; }
        .chart .advised { fill: var(--c); fill-opacity: .18; stroke: var(--c); stroke-opacity: .7; vector-effect: non-scaling-stroke; }
        .exact { --c: var(--ink); }
        .pooled { --c: var(--chain-1); }
        .burn-in { --c: var(--burn-in); }
        .advised { --c: var(--advised); }
        .change { --c: var(--chain-2); }
        .c1 { --c: var(--chain-1); } .c2 { --c: var(--chain-2); } .c3 { --c: var(--chain-3); } .c4 { --c: var(--chain-4); }
        .c5 { --c: var(--chain-5); } .c6 { --c: var(--chain-6); } .c7 { --c: var(--chain-7); } .c8 { --c: var(--chain-8); }
        @media (max-width: 480px) {
          th, td { padding: 7px 9px; }
          #comparison th small { min-width: 6.5em; }
          .result { padding: 14px 16px; }
        }
        @media (min-width: 1000px) { .chart text { font-size: 12.5px; } }
        @media print {
          :root { color-scheme: light; }
          main { max-width: none; padding: 0; }
          body { font-size: 11pt; }
          .scroll { overflow: visible; }
          section, tr, pre { break-inside: avoid-page; }
          .figures { grid-template-columns: 1fr 1fr; gap: 18px 24px; }
          .chart, .verdict, .result { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        }

        """;
}
