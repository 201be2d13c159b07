"""Alerts in the style of services that publish theirs, written for the tests, and of no real event.

The first is in the style of a weather service that writes for its own systems, too; the second in
that of a union of services, an info for each language; the third in that of the editor that small
services use, whose text was written for a page.
"""

from __future__ import annotations

_CAP = "urn:oasis:names:tc:emergency:cap:1.2"

OF_A_LARGE_SERVICE = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<alert xmlns="{_CAP}">
  <identifier>urn:oid:2.49.0.1.894.0.5f0a11c2.002.1</identifier>
  <sender>warnings@weather.example</sender><sent>2027-03-01T07:00:00-05:00</sent>
  <status>Actual</status><msgType>Update</msgType><source>Office of the east</source>
  <scope>Public</scope><code>IPAWSv1.0</code><note></note>
  <references>warnings@weather.example,urn:oid:2.49.0.1.894.0.5f0a11c2.001.1,2027-03-01T05:00:00-05:00
    warnings@weather.example,urn:oid:2.49.0.1.894.0.77.001.1,2027-03-01T06:00:00-05:00</references>
  <info><language>en-US</language><category>Met</category><event>Flood Warning</event>
    <responseType>Avoid</responseType><urgency>Expected</urgency><severity>Severe</severity>
    <certainty>Likely</certainty>
    <eventCode><valueName>SAME</valueName><value>FLW</value></eventCode>
    <eventCode><valueName>NationalWeatherService</valueName><value>FLW</value></eventCode>
    <effective>2027-03-01T07:00:00-05:00</effective><onset>2027-03-01T18:00:00-05:00</onset>
    <expires>2027-03-02T03:00:00-05:00</expires><senderName>Office of the east</senderName>
    <headline>Flood Warning issued March 1 at 7:00AM until March 2 at 3:00AM</headline>
    <description>...FLOOD WARNING REMAINS IN EFFECT UNTIL 3 AM...

* WHAT...Flooding caused by excessive rainfall.

* WHERE...A portion of the east, including Mbale.</description>
    <instruction>Turn around when encountering
flooded roads.</instruction>
    <web>https://weather.example</web><contact></contact>
    <parameter><valueName>AWIPSidentifier</valueName><value>FLSZMB</value></parameter>
    <parameter><valueName>BLOCKCHANNEL</valueName><value>EAS</value></parameter>
    <area><areaDesc>Mbale, ZM; Sironko, ZM</areaDesc>
      <polygon>0.9,34.0 0.9,34.4 1.3,34.4 1.3,34.0 0.9,34.0</polygon>
      <geocode><valueName>SAME</valueName><value>014000</value></geocode>
      <geocode><valueName>UGC</valueName><value>ZMC014</value></geocode></area>
  </info>
</alert>"""

_LEVEL = (
    "<parameter><valueName>awareness_level</valueName>"
    "<value>2; yellow; Moderate</value></parameter>"
)
_EMMA = "<geocode><valueName>EMMA_ID</valueName><value>{}</value></geocode>"


def _in(language: str, event: str, headline: str, do: str) -> str:
    return (
        f"<info><language>{language}</language><category>Met</category><event>{event}</event>"
        "<responseType>Monitor</responseType><urgency>Future</urgency><severity>Moderate</severity>"
        "<certainty>Likely</certainty><effective>2027-03-01T12:00:00+00:00</effective>"
        "<onset>2027-03-02T00:00:00+00:00</onset><expires>2027-03-02T22:59:59+00:00</expires>"
        f"<senderName>Weather service</senderName><headline>{headline}</headline>"
        f"<instruction>{do}</instruction>{_LEVEL}"
        f"<area><areaDesc>East</areaDesc>{_EMMA.format('ZM014')}</area>"
        f"<area><areaDesc>Kisoro</areaDesc>{_EMMA.format('ZM031')}</area></info>"
    )


OF_A_UNION = (
    f'<?xml version="1.0" encoding="utf-8"?><alert xmlns="{_CAP}">'
    "<identifier>2.49.0.0.894.0.ZM.270301120000.12345</identifier>"
    "<sender>warnings@weather.example</sender><sent>2027-03-01T12:00:00+00:00</sent>"
    "<status>Actual</status><msgType>Alert</msgType><scope>Public</scope>"
    + _in("en-GB", "Moderate rain warning", "Yellow rain for the east", "BE AWARE of heavy rain.")
    + _in("sw", "Onyo la mvua", "Mvua ya njano mashariki", "KUWA MAKINI na mvua kubwa.")
    + "</alert>"
)

OF_AN_EDITOR = f"""\ufeff<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="/static/cap-style.xsl"?>
<!-- made by an editor -->
<cap:alert xmlns:cap="{_CAP}">
<cap:identifier>urn:oid:2.49.0.1.894.0.2027.3.1.9.0.0</cap:identifier>
<cap:sender>warnings@weather.example</cap:sender><cap:sent>2027-03-01T09:00:00-00:00</cap:sent>
<cap:status>Actual</cap:status><cap:msgType>Alert</cap:msgType><cap:scope>Public</cap:scope>
<cap:info><cap:language>en</cap:language><cap:category>Met</cap:category>
<cap:category>Safety</cap:category><cap:event>Heavy Rain</cap:event>
<cap:urgency>Immediate</cap:urgency><cap:severity>Extreme</cap:severity>
<cap:certainty>Observed</cap:certainty><cap:expires>2027-03-02T09:00:00-00:00</cap:expires>
<cap:headline>Heavy rain</cap:headline>
<cap:description><![CDATA[<p class="lead">Rain &amp; wind</p>
<ul><li>Rivers rise</li></ul>]]></cap:description>
<cap:instruction><![CDATA[<b>Move</b> to high ground.]]></cap:instruction>
<cap:resource><cap:resourceDesc>map</cap:resourceDesc><cap:mimeType>image/png</cap:mimeType>
<cap:uri>https://weather.example/a.png</cap:uri></cap:resource>
<cap:area><cap:areaDesc>East</cap:areaDesc>
<cap:polygon>0.9,34.0 0.9,34.4 1.3,34.4 1.3,34.0 0.9,34.0</cap:polygon></cap:area></cap:info>
</cap:alert>"""

#: What ends the first: no info of these has to be read for that.
CANCELLED = OF_A_LARGE_SERVICE.replace("<msgType>Update", "<msgType>Cancel")
TESTED = OF_A_UNION.replace("<status>Actual", "<status>Test")
CUT_OFF = OF_AN_EDITOR[: len(OF_AN_EDITOR) // 2]
