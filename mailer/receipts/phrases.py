"""What mail servers say, by what it means (pure).

Each table is tried as a whole, in the order in which `judging` asks. A pattern stands for what the
servers of the world were seen to say, in English, French and Arabic, and in some other languages
whose servers answer everybody; text is looked at in lower case, on one line.
"""

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns))


_BOX = r"(?:mail ?box|inbox|maildir|mail drop|account|user|recipient|address|boite|boîte)"

FULL = _any(
    rf"{_BOX}(?:'s)?(?: \S+){{0,4}} (?:is |are )?(?:over ?full|full|over[- ]?quota)\b",
    r"\bover ?(?:the )?(?:its |their |his )?(?:allowed |allotted |disk |storage |mailbox )?quota",
    r"quota (?:has been |was |is |would be )?(?:exceed|full|reached|violation)",
    r"(?:exceed|over|reached|hit)\w*(?: \S+){0,5} (?:quota|storage|mailbox size|space)\b",
    r"(?:mailbox|disk|storage|dasd|user)[ -]?(?:quota|size limit|space)? ?(?:is )?(?:exceeded|exhausted)",
    r"not enough (?:storage|disk) ?space|insufficient (?:disk|storage|mailbox)",
    r"no (?:more )?space left|out of (?:disk |storage )?space|too much mail data",
    r"mailbox (?:size )?limit|boxfull|mail ?box ?full|storage full|(?:un)?able to store",
    r"too many messages (?:in|on) (?:this |the )?(?:mailbox|user)",
    r"bo[iî]te(?: \S+){0,5} (?:est )?(?:pleine|satur[ée]e)|quota (?:\S+ )?d[ée]pass[ée]",
    r"d[ée]pass[ée]? (?:\S+ )?(?:son )?quota|espace (?:\S+ )?insuffisant",
    r"(?:ممتلئ|ممتلئة|امتلأ|امتلأت|تجاوز\S* (?:الحصة|حصته|المساحة|الحد))",
    r"(?:buz[oó]n|bandeja|casilla) (?:\S+ ){0,3}llen[oa]|cuota excedida|postfach (?:ist )?voll",
    r"mailbox exceeds|exceeds? allowed size|mail ?folder (?:is )?full|speicherplatz|容量|一杯",
)

#: The sender, its machines and its name; no word about the mailbox.
POLICY = _any(
    r"\bspam(?!\S*@)|\buce\b|\bube\b|unsolicited|bulk mail|junk ?mail",
    r"black ?-?list|block ?-?list|\bdeny ?list|\brbl\b|\bdnsbl\b|spamhaus|spamcop|sorbs|barracuda ?central",
    r"cloudmark|senderbase|senderscore|proofpoint|trend ?micro|mail-abuse|abuseat|uceprotect",
    r"reputation|reputación|réputation",
    r"\bdmarc\b|\bdkim\b|\bspf\b|sender policy framework|sender id|domainkeys|unauthenticated",
    r"authentication (?:checks?|required|policy|information)|not authenticated|passe?s? authentication",
    r"not (?:permitted|allowed|authori[sz]ed) (?:to )?(?:send|relay|deliver|use)",
    r"\bptr\b|reverse[- ]?(?:dns|lookup|name)|rdns|host ?name mismatch|recipient preferences",
    r"(?:ip|client|host|server|network|sender|domain|address|connection)s?(?: \S+){0,6} "
    r"(?:is |are |was |were |has been |have been |been )?(?:currently |temporarily )?"
    r"(?:blocked|banned|blacklisted|listed (?:in|on|by)|rejected due)",
    r"(?:^|[^a-z])blocked(?! (?:mailbox|account|user))|\bbanned\b",
    r"polic(?:y|ies)|règles? de s[ée]curit[ée]|policía",
    r"relay(?:ing)?(?: \S+){0,4} (?:denied|prohibited|not|disallowed|refused)|unable to relay",
    r"(?:denied|prohibited|disallow\w+|cannot|not allowed|refus\w+)(?: \S+){0,3} relay|not? relay",
    r"open relay|not local|non-local|not a gateway|rcpthosts",
    r"(?:access|permission|service|connection)(?: \S+){0,2} (?:denied|prohibited|refused by)",
    r"denied by|forbidden|administrative(?:ly)? (?:prohibit|reject|den)|unauthori[sz]ed",
    r"sender(?: \S+){0,4} (?:reject|den|refus|not accept|verif|invalid|unknown|does not exist)",
    r"(?:invalid|bad|unknown|reject\w*|unresolvable|fake|forged) (?:\S+ ){0,2}sender",
    r"(?:your|sender'?s?|originat\w+|mail from)(?: \S+){0,3} (?:domain|address|hostname)(?: \S+){0,4} "
    r"(?:not|unresol|reject|refus|invalid|bad)",
    r"domain of sender|must (?:issue|authenticate|resolve)|helo|ehlo|fqdn|backscatter",
    r"suspicio|abus(?:e|ive)|harvest|malicious|phish|fraud|threat|security (?:polic|rules|reason)|my name was rejected",
    r"expéditeur (?:\S+ ){0,3}(?:refus|rejet|bloqu|invalide)|(?:indésirable|pourriel)s?",
    r"(?:مزعج|غير مرغوب|محظور|تم حظر|حظر|السمعة|سياسة|غير مصرح)|pas autorisé|not have permission",
    r"only accepts? (?:mail|messages) from|restricted|moderat|whitelist|allow ?list|not accepting mail from",
    r"requires? (?:that )?(?:all )?(?:senders|authentication)|permission to|private (?:group|list)",
)

#: "Not now", in so many words.
TEMPORARY = _any(
    r"gr[ae]y-?\s?list|try (?:again|later)|retry|later attempt|tempor|deferr|transient",
    r"too (?:many|much|fast|frequent)|rate ?-?limit|throttl|exceed\w*(?: \S+){0,4} (?:rate|limit|connection|recipients)",
    r"time ?d? ?-?out|connection (?:refused|reset|lost|dropped|closed|failed)|unreachable|no route to host",
    r"(?:could|can) ?not (?:connect|establish)|unable to connect|network error|lost connection",
    r"in the queue too long|queue for too long|expired|persistent transient|retry time",
    r"\bloop|too many hops|hop count|delivered-to|forwarding (?:loop|error)",
    r"overload|(?:too |server |system )busy|service (?:not |un)available|not available",
    r"internal (?:error|server)|not support tls|could not find a gateway|configuration error|local error|ldap|system error|crash",
    r"(?:réessay|ressay|nouvelle tentative|temporairement|ultérieurement)",
    r"(?:لاحقا|لاحقًا|مؤقت)",
    r"name server|dns error|dns failure|name service error|host not found, try",
)

#: A program at the receiver's end failed; what it says of users is its own affair.
PROGRAM = _any(r"procmail|couldn.t create (?:output|\"|'|/)|maildrop: |unable to open mailbox")

#: The account is there, and closed for now, or for reasons of its owner.
DISABLED = _any(
    r"(?:account|mail ?box|user|recipient|domain|address)(?:\(s\)|s)?(?:'?s?)?(?: \S+){0,5} (?:is |has been |was |been |are )?"
    r"(?:temporarily |currently |been |administratively )?"
    r"(?:disabled?|suspend\w*|inactive|inactivity|deactivated?|locked|frozen|on hold|discontinued)\b",
    r"(?:disabled|suspended|inactive|deactivated|locked|frozen) (?:\S+ )?"
    r"(?:account|mail ?box|user|recipient|domain)",
    r"not accept(?:ing)?(?: any)? (?:mail|message)s? (?:at this time|for now|currently)",
    r"(?:compte|bo[iî]te)(?: \S+){0,4} (?:désactivé|suspendu|inacti|bloqué)",
    r"(?:معطل|معلق|موقوف|غير نشط)",
)

_NOBODY = r"(?:unknown|invalid|no such|non-?existent|nonexistant|illegal|undefined|unrouteable|undeliverable)"
_WHO = r"(?:user|recipient|mail ?box|mail drop|account|addressee|person|local[- ]?part|alias|login|name here|rcpt|subscriber|employee)"
_NOT = (
    r"(?:(?:could|can|was|were|is|are|does|do|did|has|have)(?: ?n[o']t| not)|cannot|doesn.?t|"
    r"isn.?t|couldn.?t|no longer|not|never)"
)

#: Nobody has this address.
NO_MAILBOX = _any(
    rf"{_NOBODY} (?:(?:to|in|for|local|virtual|email|e-mail|mail|final|destination|recipient|this) ){{0,2}}{_WHO}",
    rf"{_WHO}s?(?:name)?(?:'?s?)? ?(?:address(?:es)?)?[ :(<,\"']+(?:\S+[>)\"':]* ){{0,4}}?"
    r"(?:is |are |was |were |has |being |an? )?(?:unknown|invalid|non-?existent|undeliverable|illegal)\b",
    rf"{_WHO}(?:'?s?)?(?: \S+){{0,6}}? {_NOT} (?:longer )?(?:exist|found|find|known|listed|have an? |our |a valid|valid|recogni[sz]ed|registered|hosted|active here|in (?:the )?(?:directory|our|system|user)|on (?:this )?server|here)",
    r"(?:e-?mail )?address(?:es)?(?: \S+){0,7}? (?:could not be found|cannot be found|couldn.?t be found|wasn.?t found|was not found|not found|does not exist|do not exist|doesn.?t exist|is not valid|isn.?t valid|no longer valid|is no longer)",
    r"(?:no|not) (?:an? )?(?:such|known|valid|existing|matching) (?:\S+ )?(?:user|recipient|mail ?box|address|account|person|alias|local|addressee|customer|entry)",
    r"(?:there is|we have|we couldn.?t find|i couldn.?t find|no) (?:no |any )?(?:one|body|person|user|account|mail ?box|mailbox|recipient)(?: \S+){0,3} (?:by|with|of|at|named|here|name|called)",
    r"(?:e-?mail )?account (?:that )?(?:\S+ ){0,6}(?:does not exist|doesn.?t exist|not exist)",
    r"does ?n[o']t (?:have|handle|like|accept) (?:an? |any )?(?:recipient|\S+\.\S+ account|such)",
    r"(?:invalid|unknown|bad|wrong|incorrect|nonexistent|non-existent) (?:\S+ )?(?:recipient|mail ?box|address(?! book)|e-?mail|destination)",
    r"(?:destination|recipient|mail ?box|account|address|rcpt)(?: \S+){0,3} (?:not known|unknown)|unknown (?:or illegal )?(?:alias|local)",
    r"mail ?box (?:not found|unavailable or|does not|doesn.?t)|recipient (?:not found|no longer|not exist|unknown)|recipientnotfound|resolver\.adr\.\S*notfound",
    r"not (?:listed )?in (?:the )?(?:\S+ ){0,2}(?:directory|name & address book|address book|user table)|not our (?:customer|user)",
    r"(?:user|recipient|account|person)(?: \S+){0,3} (?:has )?(?:moved|left|gone|terminated|no longer (?:with|work|here|on|at|employ|exist|valid|active|in use))",
    r"no longer (?:on|at) (?:this )?server|has changed (?:his|her|their) (?:e-?mail )?address|address has changed",
    r"(?:5\.1\.[1236]|#5\.1\.1)(?: \S+)? (?:bad destination|address unknown|recipient unknown)|bad destination mailbox",
    r"(?:can.?t|cannot|could not|unable to|not) (?:verify|find|locate|resolve|open) (?:\S+ ){0,3}(?:mail ?box|user|recipient|mail ?drop|home directory)",
    r"this (?:user|account|address|e-?mail)(?: \S+){0,3} (?:doesn.?t|does not|not|no longer)(?: longer)? (?:have|exist|valid|active|in use|belong)",
    r"(?:utilisateur|destinataire|adresse|compte|abonn[ée]|bo[iî]te(?: aux lettres| mail)?)s?(?: \S+){0,6}? (?:est |sont )?(?:inconnue?s?|introuvables?|inexistante?s?|invalides?|erron[ée]e?s?)",
    r"(?:utilisateur|destinataire|adresse|compte|bo[iî]te)(?: \S+){0,6}? (?:n.existe|n.a pas été trouv|n.a pas pu être trouv|n.est pas (?:valide|connue?|attribué))",
    r"(?:aucun|pas d.) ?(?:utilisateur|destinataire|compte|bo[iî]te)(?: \S+){0,3}",
    r"(?:لم يتم العثور على|تعذر العثور على|لا يوجد|غير موجود|غير موجودة|غير معروف|غير صالح|غير صحيح)",
    r"(?:usuario|destinatario|direcci[oó]n|cuenta|buz[oó]n)(?: \S+){0,4}? (?:desconocid|no existe|inexistente|no encontrad|inv[aá]lid)",
    r"(?:empf[aä]nger|benutzer|adresse|teilnehmer|postfach)(?: \S+){0,4}? (?:unbekannt|existiert nicht|nicht gefunden|ung[uü]ltig|nicht vorhanden|nicht bekannt)",
    r"(?:utente|destinatario|indirizzo|casella)(?: \S+){0,4}? (?:sconosciut|inesistente|non esist|non valid|non trovat)",
    r"check (?:if|that|whether) (?:the |this )?(?:e-?mail )?address is correct|invalid mailbox|пользовател\S* не найден|не существует|нет такого|ディレクトリのリストにありません|宛先|見つかりません",
    r"delivery error: dd this user|requested action not taken: mailbox unavailable|userid|bad address|addressee unknown|nosuchuser|user_?unknown|no_such_user",
)

#: The machine that would have to know the mailbox speaks for itself, and of no filter.
NOT_HERE = _any(
    r"unrouteable|unknown local|no mailbox here|not listed in|"
    r"name & address book|resolver\.adr|couldn.?t be found|could not be found|wasn.?t found|"
    r"address (?:not|was not|could not be) found|not find your recipient",
    r"introuvable|n.existe|見つかりません|ディレクトリのリストにありません|لم يتم العثور|تعذر العثور|غير موجود",
)

#: Nobody has this domain, or it takes no mail at all.
NO_DOMAIN = _any(
    r"(?:host|domain|name|node)(?: \S+){0,3} (?:unknown|not found|does not exist|doesn.?t exist|not exist|not known|nonexistent|non-existent)(?!,? (?:try|user))",
    r"(?:unknown|no such|non-?existent|illegal|invalid|bad) (?:\S+ )?(?:host|domain|domain name|mail host)\b|unrouteable (?:mail )?(?:domain|address)|nxdomain",
    r"null ?mx|domain (?:\S+ ){0,4}(?:does not|doesn.?t) accept (?:any )?(?:e-?)?mail|(?:does not|doesn.?t) accept (?:any )?mail\b",
    r"(?:host|domain|server)(?: \S+){0,2} (?:does not|do not|don.?t) accept (?:any )?(?:e-?)?mail",
    r"(?:couldn.?t|could not|cannot|can.?t|unable to) (?:be )?(?:find|found|resolve|locate)(?: \S+){0,4} (?:host|domain|mx)\b",
    r"(?:no|not) (?:have )?(?:an? )?(?:valid )?(?:mx|mail exchanger)s?\b(?: \S+){0,3}(?:record|host|found|domain)?",
    r"(?:all relevant mx records point to non-existent|mx (?:record|host)s?(?: \S+){0,4} (?:not|non-?exist|point))",
    r"domain is not reachable|illegal host/domain|(?:mx|srv) record indicated no smtp service|couldn.?t find any host (?:by|named)|name or service not known|sorry, i couldn.?t find",
    r"domaine(?: \S+){0,5} (?:inconnu|introuvable|n.existe|n.a pas (?:été|pu)|inexistant)",
    r"(?:لم يتم العثور على النطاق|النطاق (?:\S+ ){0,3}غير)",
    r"domain (?:name )?not found|host(?:name)? (?:name )?lookup (?:failure|failed|error)|[a-z0-9-]+\.[a-z]{2,} does not exist",
)

CONTENT = _any(
    r"(?:message|mail|attachment|size|e-?mail|header)(?: \S+){0,6} (?:too (?:big|large|long)|exceeds?|exceeded)",
    r"too (?:big|large)\b|(?:maximum|max|fixed) (?:\S+ ){0,3}(?:message |mail )?size|size (?:limit|exceed)",
    r"virus|trojan|malware|infected|executable|attachment|content[- ]?(?:reject|filter|type|block)",
    r"(?:8.?bit|mime|header|received|format|rfc ?\d{3,4}|multiple from|non-?compliant)(?: \S+){0,5} (?:data|invalid|error|reject|missing|allowed|support|complian|too many)",
    r"not rfc ?\d+ compliant|improper use|bare (?:lf|cr)|malformed (?:mail|message|header|address)|(?:trop|très) volumineux|taille (?:\S+ ){0,4}(?:dépass|maximale)",
    r"(?:حجم الرسالة|كبير جدا|كبيرة جدا|فيروس)",
)

#: "Your mail did not arrive", in a subject or in a first sentence.
FAILED = re.compile(
    r"did not reach|could not be reached|undeliver|non[- ]?deliver|not (?:be )?deliver|delivery (?:status|fail|problem|report|error|notif|"
    r"has failed|incomplete|unsuccess)|deliver(?:y|ed)? (?:\S+ )?(?:fail|impossible)|"
    r"fail(?:ed|ure)\b.*(?:deliver|mail|notice|message)|(?:mail|message|deliver\w*)\b.*fail|"
    r"failure notice|return(?:ed)? (?:mail|to sender)|mail (?:could|system) |unable to deliver|"
    r"bounce|rejected|warning: (?:could|message|mail)|could not send|cannot send|nondeliverable|"
    r"undeliverable|delayed|not delivered|mail error|user unknown|error sending|permanent error|"
    r"non (?:remis|distribu|délivr|livr)|n.a pas (?:encore )?(?:pu être|été) (?:remis|distribu|délivr|livr)|"
    r"échec (?:de (?:la )?)?(?:remise|distribution|livraison|envoi)|retour à l.expéditeur|"
    r"notification d.(?:état|échec)|message retourné|"
    r"تعذ[رّ]+ (?:تسليم|التسليم|إرسال)|فشل (?:في )?(?:تسليم|التسليم|إرسال|الإرسال)|لم يتم (?:تسليم|التسليم|إرسال)|"
    r"إشعار (?:بحالة|حالة|عدم) ?(?:ال)?تسليم|لم تصل رسالتك|رسالة مرتجعة|"
    r"unzustellbar|nicht zugestellt|no se (?:ha )?pud\w+ entregar|no entregado|mancata consegna|"
    r"недоставл|не доставлен|配信|配送|エラー|届け|不達",
    re.IGNORECASE,
)

#: Who writes bounces, by the name or the address in From.
MACHINE = re.compile(
    r"mailer[-_.]?daemon|mail[-_.]?daemon|post_?master|mailerdaemon|mdaemon|double-bounce|"
    r"mail delivery|delivery subsystem|delivery system|mail\.delivery|microsoftexchange|"
    r"mail administrator|internet mail|mail system|antispam|mail[-_]?gateway|bounce|"
    r"^(?:mail|smtp|listserv|mta|uucp|root|system|netmail|nobody|notification)@",
    re.IGNORECASE,
)

#: Nothing is lost yet.
STILL_TRYING = re.compile(
    r"still (?:be )?(?:trying|being|retr|in the queue)|will (?:be )?(?:continue|keep|try|retr)|"
    r"(?:delivery|message|mail)(?: \S+){0,4} (?:been |is )?delayed|not yet (?:been )?delivered|"
    r"no action is required|do not need to resend|warning message only|"
    r"sera (?:de nouveau|réessay|retent)|vous n.avez pas besoin de|لا داعي لإعادة|ستتم إعادة المحاولة",
    re.IGNORECASE,
)

#: Subjects of away messages.
AWAY = re.compile(
    r"out of (?:the )?office|auto(?:matic|matische|mated|-| )?\s?(?:reply|response|respuesta|antwort)|"
    r"autoreply|autoresponse|on (?:vacation|holiday|leave)|vacation (?:reply|message|notice)|"
    r"away from (?:my|the) (?:mail|desk|office)|i am (?:away|out)|"
    r"réponse automatique|absence du bureau|message d.absence|\babsent[e]?\b|\babsence\b|en congés?\b|"
    r"accusé de réception automatique|ne travaille plus|"
    r"رد (?:تلقائي|آلي|الي)|رد تلقائى|خارج المكتب|في إجازة|إجازة|"
    r"abwesenheit|automatische antwort|respuesta autom[aá]tica|fuera de la oficina|"
    r"risposta automatica|fuori sede|resposta autom[aá]tica",
    re.IGNORECASE,
)

#: A request to leave, in a subject or on the first line of a mail.
LEAVE = re.compile(
    r"^\W*(?:unsubscribe|un-subscribe|remove me|opt[- ]?out|stop|"
    r"d[ée]s(?:inscription|inscrire|abonnement|abonner|inscrivez[- ]moi|abonnez[- ]moi)|"
    r"me d[ée]s(?:inscrire|abonner)|"
    r"(?:إلغاء|الغاء|ألغوا|أريد إلغاء|إيقاف|وقف) ?(?:ال)?(?:اشتراك|إشتراك)\S*)(?![\w-])",
    re.IGNORECASE,
)
