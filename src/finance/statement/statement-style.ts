/** How a printed statement looks: A4, black on white, in whatever serif there is. */
export const STATEMENT_STYLE = `
@page { size: A4; margin: 12mm 12mm 14mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt; } }
* { box-sizing: border-box; }
html { background: #e9e9e6; }
body { margin: 0 auto; padding: 14mm 14mm 16mm; max-width: 210mm; background: #fff; color: #111; font: 9.5pt/1.3 "PT Serif", "Liberation Serif", "Times New Roman", "DejaVu Serif", serif; font-variant-numeric: tabular-nums lining-nums; }
header { display: flex; justify-content: space-between; align-items: baseline; border-bottom: 1.5pt solid #111; padding-bottom: 1.5mm; margin-bottom: 4mm; font-size: 8.5pt; }
h1 { font-size: 14pt; line-height: 1.2; margin: 0 0 .5mm; font-weight: 700; }
h2 { font-size: 10.5pt; margin: 3.5mm 0 .8mm; break-after: avoid; }
p { margin: 0 0 1.5mm; }
.period { font-size: 10.5pt; margin-bottom: 2.5mm; }
.made { display: flex; justify-content: space-between; margin-bottom: 2.5mm; }
.mark { border: 1pt solid #111; padding: 0 2mm; text-transform: uppercase; letter-spacing: .04em; font-size: 8pt; white-space: nowrap; }
.parties { display: grid; grid-template-columns: 1fr 1fr; gap: 3mm 8mm; margin: 0 0 2.5mm; }
.parties > div { border-top: .5pt solid #888; padding-top: 1mm; }
.label { color: #555; font-size: 8.5pt; }
.note { color: #333; font-size: 8.5pt; }
table { width: 100%; table-layout: fixed; border-collapse: collapse; font-size: 8.6pt; margin-bottom: 1.5mm; }
th, td { border: .5pt solid #888; padding: .6mm 1.5mm; vertical-align: top; text-align: left; }
th:first-child { width: 31%; } th:nth-child(3), th:nth-child(5) { width: 11.5%; }
th { font-weight: 400; color: #333; font-size: 8.2pt; background: #f4f4f1; vertical-align: bottom; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
td.n, th.n { text-align: right; } td.n { white-space: nowrap; }
tr.section td { font-weight: 700; background: #fafaf8; break-after: avoid; }
tr.total td { font-weight: 700; border-top: 1.2pt solid #111; }
.result { border: 1.2pt solid #111; padding: 2mm 3.5mm; margin: 3mm 0; break-inside: avoid; }
.result p:last-child { margin: 0; }
.signs { display: grid; grid-template-columns: 1fr 1fr; gap: 8mm; margin-top: 3mm; break-inside: avoid; }
.line { display: grid; grid-template-columns: 1fr 1fr; gap: 4mm; margin-top: 7mm; }
.line span { border-top: .6pt solid #111; font-size: 7.5pt; color: #555; text-align: center; padding-top: .6mm; }
footer { margin-top: 2.5mm; border-top: .5pt solid #888; padding-top: 1.5mm; color: #444; font-size: 7.5pt; line-height: 1.25; break-inside: avoid; }
@media print { html { background: none; } body { padding: 0; max-width: none; } th, tr.section td { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }
`;
