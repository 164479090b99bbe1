"""The words that furniture and metadata are announced with, in the languages the sites are read in.

Words decide only where structure does not: a lone line "Advertisement", a label "Filed under:", a
byline "Von …", the name of a month. Everything is compared lower case.
"""

from __future__ import annotations

import re

_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "en3": "jan feb mar apr may jun jul aug sep oct nov dec",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "fr2": "janv févr mars avr mai juin juil août sept oct nov déc",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "es3": "ene feb mar abr may jun jul ago sep oct nov dic",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "pt3": "jan fev mar abr mai jun jul ago set out nov dez",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta "
    "marraskuuta joulukuuta",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "id": "januari februari maret april mei juni juli agustus september oktober november desember",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "hu": "január február március április május június július augusztus szeptember október november december",
    "el": "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "ar2": "يناير فبراير مارس ابريل مايو يونيه يوليه اغسطس سبتمبر اكتوبر نوفمبر ديسمبر",
    "fa": "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    "fa2": "ژانویه فوریه مارس آپریل می جون جولای آگوست سپتامبر اکتبر نوامبر دسامبر",
}

MONTHS = {word: number for line in _MONTHS.values() for number, word in enumerate(line.split(), start=1)}
"""Month names of the Gregorian calendar: word to number."""
MONTHS |= {
    "sept": 9,
    "mär": 3,
    "dez": 12,
    "okt": 10,
    "mrz": 3,
    "jänner": 1,
    "feber": 2,
    "juillet": 7,
    "setembro": 9,
    "setiembre": 9,
}

JALALI_MONTHS = {
    word: number
    for line in (
        "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند",
        "فروردين ارديبهشت خرداد تير امرداد شهريور مهر آبان آذر دی بهمن اسفند",
        "farvardin ordibehesht khordad tir mordad shahrivar mehr aban azar dey bahman esfand",
    )
    for number, word in enumerate(line.split(), start=1)
}
"""Month names of the Iranian calendar."""

CATEGORY_LABELS = re.compile(
    r"^(?:posted in|filed under|filed in|categor(?:y|ies)|section|topic|rubrik(?:en)?|kategorien?|abgelegt unter|catégories?|"
    r"rubrique|classé dans|publié dans|categorías?|publicado en|archivado en|categorie|categoria|categorias|kategori(?:a|e)?|"
    r"рубрик[аи]|категори[яи]|دسته(?:\s|‌)?بندی|دسته(?:\s|‌)?ها|دسته|موضوع|بخش|التصنيف(?:ات)?|القسم|تصنيف|الأقسام|قسم|分类|カテゴリー)\s*[:：]?\s*$",
    re.IGNORECASE,
)
"""A label that announces the categories of the article."""

TAG_LABELS = re.compile(
    r"^(?:tags?|tagged(?: with)?|keywords|schlagw(?:ort|örter)(?:e)?|stichworte|mots[- ]clés|étiquettes?|etiquetas?|palabras clave|"
    r"теги|метки|برچسب(?:\s|‌)?ها|برچسب|الوسوم|وسوم|كلمات مفتاحية|标签|タグ)\s*[:：]?\s*$",
    re.IGNORECASE,
)
"""A label that announces the tags of the article."""

BYLINE = re.compile(
    r"^(?:(?:written |posted |published |reported |submitted |interview(?:ed)? |story |article |text |words )?by|(?:interview |text )?(?:von|par)|por|di|da|door|av|af|przez|"
    r"автор|от|نویسنده|نوشتهٔ?|به قلم|بقلم|الكاتب|كتب|تأليف|de|autor(?:in)?|auteur|autore|author|作者|文)\s*[:：|]?\s+",
    re.IGNORECASE,
)
"""What stands before the name in a byline."""

MODIFIED = re.compile(
    r"(?<!\w)(?:(?:last |page |first )?(?:updated?|modified|revised|edited)|last (?:change|edit)|(?:zuletzt )?(?:aktualisiert|geändert|bearbeitet)"
    r"|(?:letzte )?(?:aktualisierung|änderung|bearbeitung)|(?:dernière )?(?:mis[e]? à jour|modification)|modifié|actualizad[oa]"
    r"|(?:última )?(?:actualización|modificación)|aggiornat[oa]|ultimo aggiornamento|atualizad[oa]|(?:última )?atualização|bijgewerkt|обновлен[оа]"
    r"|(?:آخرین )?(?:(?:به(?:\s|\u200c)?)?روز(?:\s|\u200c)?رسانی|بروزرسانی|ویرایش|تغییر)(?: شده)?|(?:آخر )?(?:تحديث|تعديل)|تم (?:التحديث|التعديل)"
    r"|حُدّ?ث|更新(?:于|日)?)(?!\w)\s*(?:(?:at|on|am|um|le|el|il|em|op|در|في)(?!\w))?\s*[:：]?",
    re.IGNORECASE,
)
"""A label that says when the article was changed."""

PUBLISHED = re.compile(
    r"(?<!\w)(?:(?:first |originally )?(?:published|posted|issued|created)|(?:erst)?veröffentlicht|publiée?|paru|publicad[oa]|pubblicat[oa]|gepubliceerd"
    r"|опубликован[оа]|(?:تاریخ )?انتشار|منتشر شده|نُ?شر(?:ت)?|تاريخ النشر|发布)(?!\w)",
    re.IGNORECASE,
)
"""A label that says when the article was published."""

LONE_LABELS = re.compile(
    r"^(?:advertise?ments?|ads?|sponsored(?: content)?|promoted|anzeige|werbung|publicité|publicidad|pubblicità|reclame|reklama|reklam|"
    r"реклама|تبلیغات|آگهی|إعلان|اعلان|广告|広告|"
    r"(?:story|article) continues below(?: advertisement)?|continue reading(?: below)?.{0,40}|read more|read full story|weiterlesen|lire la suite|"
    r"seguir leyendo|ادامه مطلب|اقرأ المزيد|share(?: this)?(?: (?:post|article|story|page|on|via)(?!\w).{0,30})?|teilen(?: (?:sie|auf|mit)(?!\w).{0,20})?|"
    r"partager(?: (?:cet article|sur|via)(?!\w).{0,20})?|compartir(?: (?:en|esta?|por)(?!\w).{0,20})?|condividi(?: (?:su|questo)(?!\w).{0,20})?|"
    r"(?:به )?اشتراک(?:\s|‌)?گذاری(?: (?:در|این).{0,20})?|به اشتراک بگذارید|شارك(?: (?:على|هذ[اه]|المقال).{0,20})?|مشاركة(?: (?:على|هذ[اه]|المقال).{0,20})?|"
    r"like this:?|loading(?:\.\.\.|…)?|tweet|email|print|drucken|imprimer|imprimir|facebook|twitter|whatsapp|linkedin|pinterest|telegram|"
    r"instagram|youtube|rss|comments?|no comments(?: yet)?|leave a (?:comment|reply)|kommentare?|commentaires?|comentarios|نظرات|التعليقات|"
    r"skip to (?:main )?content|zum inhalt springen|aller au contenu|back to top|nach oben|table of contents|inhaltsverzeichnis|"
    r"\d+ (?:comments?|shares?|likes?|views?|kommentare?|commentaires?)|follow us.{0,40}|subscribe(?: now| to .{0,40})?|sign up.{0,40}|"
    r"click to share.{0,60}|photo:?|image:?|watch:?|video:?|listen:?|related:?|tags:?|categories:?|source:?)\s*$",
    re.IGNORECASE,
)
"""Lines that are furniture when they stand alone."""

POINTERS = re.compile(
    r"^[►▶→»•*\-–—\s]*(?:read (?:also|more|next)|also read|see also|related(?: (?:articles?|stories|story|posts?|news|content|reading|topics?|coverage|links?))?|"
    r"more (?:from|on|about|stories|news)(?: this (?:story|topic|subject))?|further reading|recommended(?: (?:for you|reading|stories|articles))?|"
    r"(?:if you (?:liked|enjoyed) .{0,40})?you (?:may|might) (?:also )?(?:like|enjoy|be interested).*|don'?t miss|most (?:read|popular)|recent (?:posts?|articles|news)|"
    r"latest (?:posts?|news|stories|articles)|popular (?:posts?|articles)|trending(?: now)?|up next|share this.*|leave a (?:reply|comment)|"
    r"about the authors?|comments?|lesen sie (?:auch|mehr|dazu)|mehr zum thema|das könnte (?:sie|dich) auch interessieren|weitere (?:artikel|beiträge|"
    r"themen|nachrichten)|ähnliche (?:artikel|beiträge)|verwandte (?:artikel|themen|beiträge)|neueste beiträge|auch interessant|siehe auch|"
    r"(?:à|a) (?:lire|voir)(?: aussi| également)?|(?:lire|voir) (?:aussi|également)|articles? (?:similaires|liés|récents|connexes)|"
    r"sur le même (?:sujet|thème)|dans la même rubrique|vous aimerez aussi|lea también|leer más|te puede interesar|"
    r"artículos? relacionados?|noticias relacionadas|ver también|leggi anche|articoli correlati|leia (?:também|mais)|veja também|"
    r"vea (?:también|además)|ver además|puedes ver|mira(?: también)?:|más sobre|te recomendamos|sigue leyendo|"
    r"auch lesen|mehr dazu|passend dazu|themen in diesem artikel|zum thema|en savoir plus|pour aller plus loin|"
    r"(?:on|from) [\w.' ]{3,40}(?=:)|artigos relacionados|lees ook|czytaj (?:także|też|również)|zobacz (?:też|także)|"
    r"читайте также|по теме|похожие (?:статьи|записи)|بیشتر (?:بخوانید|بدانید|ببینید)|(?:مطالب|مطلب|اخبار|خبرهای|مقالات|مقاله) (?:مرتبط|مشابه)|"
    r"(?:همچنین|نیز|این را هم|این مطلب را هم) (?:بخوانید|ببینید)|نوشته(?:\s|‌)?های (?:تازه|مرتبط|مشابه)|"
    r"آخرین (?:مطالب|اخبار|نوشته(?:\s|‌)?ها)|[اإأ]قر[أا] (?:[أا]يض(?:ا[ًٌ]?|ًا)|المزيد)|(?:شاهد|انظر) (?:[أا]يض(?:ا[ًٌ]?|ًا))|"
    r"مقالات (?:ذات صلة|مشابهة)|(?:مواضيع |أخبار )?ذات صلة|أحدث (?:المقالات|الأخبار)|相关(?:文章|阅读|新闻)|関連記事|延伸阅读)(?!\w)\s*[:：…|→»]*",
    re.IGNORECASE,
)
"""A line that begins so points to other articles."""

NEIGHBOURS = re.compile(
    r"^[«»‹›←→<>|\s]*(?:(?:next|previous|prev|older|newer)(?: (?:post|article|story|page|entry|chapter|part|in this series))?|"
    r"(?:nächste|vorherige|voriger|nächster|vorheriger|nächstes|vorheriges)[sr]? (?:beitrag|artikel|seite|kapitel)|weiter|zurück|"
    r"(?:article|billet|page|chapitre) (?:suivante?|précédente?)|suivante?|précédente?|(?:artículo |entrada )?(?:siguiente|anterior)|"
    r"(?:articolo )?(?:successivo|precedente)|(?:(?:مطلب|نوشته|خبر|مقاله|صفحه)[ٔ‌\s]*)?(?:بعدی|قبلی|پیشین)|"
    r"(?:(?:المقال|المقالة|الخبر|الصفحة|الموضوع) )?(?:التالي|السابق|التالية|السابقة))\s*[:：»›→]\s*[«»‹›←→]*\s*",
    re.IGNORECASE,
)
"""A line that begins so leads to the article before or after."""

CREDITS = re.compile(
    r"^\(?(?:(?:photos?|photograph(?:y|s)?|fotos?|fot|image|images|picture|bild(?:er)?|symbolbild|imagen|imágenes|crédit(?:o|os|s)?|credit|"
    r"credits|illustration|grafik|video|عکس|تصویر|صورة|фото|写真)(?: (?:via|by|von|de|di|credit|courtesy)(?: of)?)?\s*[:/.|]|©|\(c\)|image copyright|"
    r"getty images)\s?.{0,70}$",
    re.IGNORECASE,
)
"""A line that only names who made a picture."""

CALLS = re.compile(
    r"^(?:follow (?:us|me|@)|like us on|join (?:us|our)|sign up (?:for|to|now)|subscribe (?:now |today )?(?:to|for|here)|click here (?:to|for)|"
    r"download (?:the|our) .*app|get (?:the|our) .*(?:app|newsletter)|for the latest .*(?:follow|download|subscribe)|folg(?:en|t|e) (?:sie |ihr )?uns|"
    r"abonnier(?:en|e) |jetzt (?:abonnieren|anmelden)|abonnez-vous|inscrivez-vous|suivez-nous|síguenos|siguenos|suscríbe(?:te|ase)|iscriviti|"
    r"seguici|siga(?:-nos)?|inscreva-se|volg ons|abonneer|подпи(?:шитесь|сывайтесь)|ما را (?:در|دنبال)|تابعونا|اشترك)",
    re.IGNORECASE,
)
"""A line that asks the reader to follow, subscribe or download."""

COMMENT_HEADS = re.compile(
    r"^(?!(?:reactions?|opinions|thoughts?|responses?|réactions?|réponses?|avis|reaktionen|antworten|meinungen|stimmen|gedanken|opiniones|respuestas"
    r"|reacties|ردود|رد|آراء|پاسخ(?:(?:\s|\u200c)?ها)?)\s*[:：]?$)"
    r"[\W\d]*(?:(?:one|no|all|show|reader|readers['’]?|user|latest|recent|the|your|our)\s[\W\d]*){0,3}(?:"
    r"(?:responses?|comments?|repl(?:y|ies)|thoughts?|reactions?|opinions)(?:\s*\(?\d+\)?)?(?:\s+(?:to|on|so far)(?!\w).{0,120})?"
    r"|discussion|join the (?:discussion|conversation)|talkback|(?:what )?(?:our |the )?readers (?:say|think|write)|letters from readers|have your say"
    r"|(?:leser)?(?:kommentare?|antworten|meinungen|reaktionen|gedanken|zuschriften|stimmen)(?:\s*\(?\d+\)?)?(?:\s+(?:zu|auf|der leser)(?!\w).{0,120})?|das sagen (?:unsere )?leser.{0,20}"
    r"|(?:commentaires?|réponses?|réactions?|avis)(?:\s*\(?\d+\)?)?(?:\s+(?:à|sur|des lecteurs|des internautes)(?!\w).{0,120})?|vos (?:commentaires|réactions|avis)"
    r"|(?:comentarios?|respuestas?|opiniones|commenti|comentários?|reacties|комментари(?:й|я|ев|и))(?:\s*\(?\d+\)?)?(?:\s+(?:a|en|de los lectores|su|sobre)(?!\w).{0,120})?"
    r"|(?:نظر(?:ات)?|دیدگاه(?:(?:\s|\u200c)?ها)?|پاسخ(?:(?:\s|\u200c)?ها)?)(?:(?:\s|\u200c)?ی)?(?:\s+(?:خوانندگان|کاربران|مخاطبان|شما))?(?:\s*\(?\d+\)?)?(?:\s+(?:به|برای|درباره)(?!\w).{0,120})?"
    r"|(?:ال)?(?:تعليق(?:ات)?|ردود|رد|آراء)(?:\s+(?:القراء|الزوار))?(?:\s*\(?\d+\)?)?(?:\s+(?:على|حول)(?!\w).{0,120})?"
    r")\s*[:：]?$",
    re.IGNORECASE,
)
"""A line that announces readers' comments; "Reactions" alone may head a section of the article."""

REMARKS = re.compile(
    r"(?<!\w)(?:says|said|wrote|writes|replied|commented|sagt|schrieb|schreibt|meint|a écrit|a dit|dit|dice|escribió|ha scritto|disse"
    r"|گفت|نوشت|می(?:\s|\u200c)?گوید|كتب|قال|يقول)(?: (?:on|at|am|um|le|el|در|في)(?!\w).{0,40})?\s*[:：]$"
    r"|(?<!\w)\d+ (?:minute|hour|day|week|month|year)s? ago(?!\w)|(?<!\w)(?:vor \d+ (?:minute|stunde|tag|woche|monat|jahr)\w*|il y a \d+ \w+|hace \d+ \w+)|\d+ \w+ پیش(?!\w)|(?<!\w)(?:منذ|قبل) \d+ \w+",
    re.IGNORECASE,
)
"""A short line over a comment: who says it, or how long ago."""

ACCEPT = re.compile(
    r"^(?:(?:i )?(?:accept|agree|allow|consent)(?: (?:all|cookies|all cookies|and (?:close|continue)|selected))?|(?:yes,? )?i agree|got it!?|ok(?:ay)?|"
    r"(?:alle |ich )?(?:akzeptiere(?:n)?|zustimmen|einverstanden)|(?:tout |j['’])?accepte[rz]?(?: (?:et (?:fermer|continuer)|tout))?|"
    r"aceptar(?: (?:todo|todas|cookies))?|acepto|accetta(?: tutt[oi])?|aceitar(?: todos)?|accepteren|alles accepteren|"
    r"(?:می‌?\s?پذیرم|قبول(?: می‌?\s?کنم)?|موافقم|باشه)|(?:[أا]وافق|موافق|قبول(?: الكل)?))\s*[.!×✕]?$",
    re.IGNORECASE,
)
"""What stands on the button of a consent banner."""

CONSENT = re.compile(
    r"\bcookies?\b|\bpersonal data\b|\bdonn[ée]es personnelles\b|\bpersonenbezogene\b|\bdatos personales\b|کوکی|"
    r"ملفات تعريف الارتباط|الكوكيز",
    re.IGNORECASE,
)
"""What a consent banner speaks of."""

NOT_FOUND = re.compile(
    r"\b(?:404|page not found|not found|nothing (?:was )?found|page (?:does ?n.t|does not) exist|seite (?:wurde )?nicht gefunden|"
    r"page (?:non trouvée|introuvable)|página no encontrada|pagina non trovata|página não encontrada|pagina niet gevonden|"
    r"nie znaleziono|страница не найдена)\b|صفحه (?:مورد نظر )?(?:یافت|پیدا) نشد|الصفحة غير موجودة|لم يتم العثور|页面不存在",
    re.IGNORECASE,
)
"""What the title of an error page says."""
