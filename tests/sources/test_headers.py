import pytest

from scvkit.sources.headers import match_header

HEADERS = {
    "email": (
        "E-mail adresse|Epost|e-postadress|sähköposti|adresa de email|E-Mail|"
        "Email Address|電子郵件|emailaddress1|SMTP_ADDR|faktura_email|requester_email"
    ),
    "given_name": ("Fornavn|Förnamn|etunimi|prenume|Vorname|First Name|FIRSTNAME|名字"),
    "surname": ("Efternavn|Etternavn|Efternamn|sukunimi|nume de familie|Nachname|LastName|姓氏"),
    "full_name": ("Navn|kundenavn|namn|nimi|nume complet|contact_name|姓名|NAME1"),
    "company_name": (
        "Firmanavn|företag|Foretaksnavn|yritys|Unternehmen|account_name|"
        "Default Address Company|公司名稱"
    ),
    "phone": ("Telefon|tlf.nr|puhelinnumero|Phone Number|TELF1|電話|telefonnummer"),
    "mobile": ("Mobil|mobilnummer|matkapuhelin|Handy|MobilePhone|手機"),
    "street": ("Adresse|gatuadress|katuosoite|strada|Straße|MAILINGSTREET|address1_line1|地址"),
    "postcode": ("Postnr.|postnummer|postinumero|cod postal|PLZ|Zip|MAILINGPOSTALCODE|郵遞區號"),
    "city": ("By|Poststed|ort|kaupunki|localitate|Wohnort|City|城市"),
    "country": ("Land|maa|țara|Country Code|landekode|國家"),
    "date_of_birth": (
        "Fødselsdato|foedselsdato|födelsedatum|syntymäaika|Geburtsdatum|date_of_birth|DOB|生日"
    ),
    "org_number": ("CVR-nr|cvr_nr|organisationsnummer|orgnr|Y-tunnus|CUI|統一編號|Org. no."),
    "vat_number": ("momsnr|VAT no|USt-IdNr|cod TVA|taxvat"),
    "customer_number": (
        "Kundenr.|kundnummer|asiakasnumero|cod client|Kundennummer|customer_id|"
        "erp_customer_no|KUNNR|客戶編號"
    ),
    "member_number": ("medlemsnr|jäsennumero|Mitgliedsnummer|member_id|會員編號"),
    "order_number": ("ordrenr|ordernummer|tilausnumero|Bestellnummer|order_id|訂單編號"),
    "consent_flag": (
        "marketing_opt_in|ok_email|samtykke|Accepts Email Marketing|nyhedsbrev|samtycke|"
        "acord marketing|suostumus|Einwilligung"
    ),
    "consent_time": (
        "OPTIN_TIME|consent_ts|samtykke_dato|opt_in_at|Email Marketing Consent Timestamp"
    ),
    "withdrawal_time": ("UNSUB_TIME|unsub_ts|frameldt dato|unsubscribed_from_emails_at|avmeldt"),
    "created_at": (
        "Oprettet|skapad datum|luotu|Create Date|CREATEDDATE|Erstellt am|建立日期|indmeldt"
    ),
    "changed_at": (
        "changed_at|ændret dato|SYSTEMMODSTAMP|Last Modified Date|senast ändrad|"
        "(Do Not Modify) Modified On"
    ),
    "last_purchase_at": (
        "sidste_koeb|last_order_at|senaste köp|siste kjøp|letzte Bestellung|sidste_faktura"
    ),
    "last_seen_at": ("last_login_at|last_activity|sidste login|Last Open"),
    "gender": ("køn|kön|kjønn|sukupuoli|Geschlecht|gender|性別"),
    "language": ("sprog|språk|kieli|limba|lang|語言"),
    "free_text": ("bemærkning|kommentar|huomautus|observații|Note|body_short|備註"),
    "amount": ("beløb|belopp|omsætning_12m|Betrag|Total Spent|金額"),
    "national_id": ("CPR-nr|personnummer|fødselsnummer|henkilötunnus|CNP|身分證字號"),
}


@pytest.mark.parametrize(("attribute", "headers"), HEADERS.items(), ids=HEADERS)
def test_headers_in_eight_languages_are_understood(attribute: str, headers: str) -> None:
    wrong = {
        header: match_header(header)[:1]
        for header in headers.split("|")
        if not match_header(header) or match_header(header)[0].attribute.value != attribute
    }
    assert wrong == {}


@pytest.mark.parametrize(
    "header",
    [
        "user_first_touch",
        "last_app_version",
        "renewal_date",
        "xq7",
        "bonusklasse_z",
        "",
        "___",
        "byggeri",
        "spaerret",
    ],
)
def test_a_header_that_says_nothing_is_left_open(header: str) -> None:
    assert [m for m in match_header(header) if m.strength >= 0.7] == []


@pytest.mark.parametrize("header", ["email_opt_in", "ok_email", "Accepts Email Marketing"])
def test_a_consent_about_e_mail_is_not_an_address(header: str) -> None:
    assert match_header(header)[0].attribute.value == "consent_flag"
