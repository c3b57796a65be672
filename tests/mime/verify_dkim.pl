# Verifies mails with Mail::DKIM (Debian's libmail-dkim-perl), which shares no line with the mailer.
#
#   perl verify_dkim.pl RECORDS MAIL…    one line for each mail: `pass`, `fail (body has been …)`, …
#
# RECORDS stands for the DNS: a line `name<TAB>text` for each TXT record. No network is used.
use strict;
use warnings;
use Mail::DKIM::Verifier;
use Net::DNS;

package Records;

sub new {
    my ( $class, $file ) = @_;
    open( my $lines, '<', $file ) or die "$file: $!";
    my %texts = map { chomp; split( /\t/, $_, 2 ) } <$lines>;
    return bless { texts => \%texts }, $class;
}

sub send {
    my ( $self, $name, $type ) = @_;
    my $answer = Net::DNS::Packet->new( $name, $type );
    if ( defined( my $text = $self->{texts}{ lc $name } ) ) {
        my @parts = $text =~ /.{1,255}/g;
        $answer->push(
            answer => Net::DNS::RR->new(
                owner   => $name,
                type    => 'TXT',
                txtdata => \@parts
            )
        );
    }
    else {
        $answer->header->rcode('NXDOMAIN');
    }
    return $answer;
}

sub errorstring { return '' }

package main;

my ( $records, @mails ) = @ARGV;
Mail::DKIM::DNS::resolver( Records->new($records) );
for my $file (@mails) {
    open( my $mail, '<:raw', $file ) or die "$file: $!";
    my $verifier = Mail::DKIM::Verifier->new();
    $verifier->load($mail);
    print $verifier->result_detail, "\n";
}
